using System.Security.Principal;
using TestReaper.Platform.Windows.Native;

namespace TestReaper.Platform.Windows.Processes;

/// <summary>The user that a process runs as, by its access token.</summary>
[SupportedOSPlatform("windows")]
internal static class TokenUser
{
    private const uint Query = 0x8;

    public static SecurityIdentifier Current { get; } = ReadCurrent();

    /// <summary>Null if it cannot be read.</summary>
    public static SecurityIdentifier? Of(int pid)
    {
        if (OpenedProcess.TryOpen(pid, OpenedProcess.QueryLimited, out var handle) != ReadOutcome.Read)
        {
            return null;
        }

        using (handle)
        {
            return AdvApi.OpenProcessToken(handle!.Value, Query, out var opened) ? Read(opened) : null;
        }
    }

    private static SecurityIdentifier? Read(nint opened)
    {
        using var token = new SystemHandle(opened);
        using var identity = new WindowsIdentity(token.Value);
        return identity.User;
    }

    private static SecurityIdentifier ReadCurrent()
    {
        using var identity = WindowsIdentity.GetCurrent();
        return identity.User!;
    }
}
