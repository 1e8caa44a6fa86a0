using TestReaper.Platform;
using TestReaper.Secrets;

namespace TestReaper.Processes;

/// <summary>Masks the secrets of running processes.</summary>
internal static class ProcessSecrets
{
    /// <summary>A mask for the secrets of this process and of others, if this user may read them.</summary>
    public static SecretMask MaskOf(IProcessPlatform platform, IEnumerable<int> pids) => pids.Aggregate(
        SecretMask.OfThisProcess(),
        (mask, pid) => mask.With(
            SecretMask.For(platform.Processes.Arguments(pid), platform.Processes.Environment(pid) ?? [])));

    /// <summary>A mask for the secrets of one process; null if they are unknown, because it gave no answer in time.</summary>
    public static SecretMask? TryMaskOf(IProcessPlatform platform, int pid) =>
        platform.Processes.Environment(pid) is { } environment && platform.Processes.CommandLines([pid])[0] is { } arguments
            ? SecretMask.For(arguments.Split('\0'), environment)
            : null;

    /// <summary>Names a process outside the tree. The secrets in its own environment and arguments are masked as well.</summary>
    public static string DescribeProcess(this SecretMask mask, IProcessPlatform platform, int pid) =>
        $"process {pid} ({mask.With(MaskOf(platform, [pid])).CommandLine(platform, pid)})";

    /// <summary>The masked command line of a process; its name in brackets, or an empty string, if it cannot be read.</summary>
    public static string CommandLine(this SecretMask mask, IProcessPlatform platform, int pid) =>
        platform.Processes.Arguments(pid) is { Count: > 0 } arguments
            ? mask.MaskArguments(arguments)
            : mask.Mask(platform.Processes.CommandLine(pid));
}
