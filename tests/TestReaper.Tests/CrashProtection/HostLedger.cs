using TestReaper.Tests.Infrastructure;

namespace TestReaper.Tests.CrashProtection;

/// <summary>The ledger of a living host.</summary>
internal static class HostLedger
{
    /// <param name="host">The pid of the host.</param>
    /// <param name="state">Its XDG_RUNTIME_DIR.</param>
    public static IReadOnlyList<string> Lines(int host, string state)
    {
        if (Directory.GetFiles(state, $"{host}-*.ledger", SearchOption.AllDirectories) is not [var ledger])
        {
            return [];
        }

        // Opened by path, the runtime would request a lock, which the host holds.
        using var lines = new StreamReader(new FileStream(LibC.open(ledger, LibC.O_RDONLY | LibC.O_CLOEXEC), FileAccess.Read));
        return lines.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
