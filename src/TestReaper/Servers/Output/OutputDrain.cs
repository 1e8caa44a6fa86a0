using TestReaper.Platform;
using TestReaper.Secrets;

namespace TestReaper.Servers.Output;

/// <summary>The state of a server's output streams after it was reaped.</summary>
/// <param name="IsHeldOpen">Whether the kernel says that a process can still write to one of them.</param>
/// <param name="IsComplete">Whether all that had been written was read when the time was over.</param>
/// <param name="Writers">The processes that hold one open, as far as this user can see them.</param>
internal sealed record OutputDrain(bool IsHeldOpen, bool IsComplete, IReadOnlyList<int> Writers)
{
    private const int MaxNamed = 3;

    public static OutputDrain Ended { get; } = new(false, true, []);

    /// <summary>Names the processes that hold the output open.</summary>
    public string Describe(IProcessPlatform platform, SecretMask mask)
    {
        if (Writers.Count == 0)
        {
            return "a process that cannot be seen from here (of another user, or in another PID namespace)";
        }

        var named = Writers.Take(MaxNamed).Select(pid => $"process {pid} ({mask.Mask(platform.Processes.CommandLine(pid))})");
        return string.Join(", ", named) + (Writers.Count > MaxNamed ? $" and {Writers.Count - MaxNamed} more" : "");
    }
}
