using TestReaper.Platform;
using TestReaper.Secrets;

namespace TestReaper.Processes;

/// <summary>Masks the secrets of running processes.</summary>
internal static class ProcessSecrets
{
    /// <summary>A mask for the secrets of this process and of others, if this user may read them.</summary>
    public static SecretMask MaskOf(IProcessPlatform platform, IEnumerable<int> pids) => pids.Aggregate(
        SecretMask.OfThisProcess(),
        (mask, pid) => mask.With(SecretMask.For(platform.Processes.Arguments(pid), platform.Processes.Environment(pid))));

    /// <summary>The masked command line of a process; its name in brackets, or an empty string, if it cannot be read.</summary>
    public static string CommandLine(this SecretMask mask, IProcessPlatform platform, int pid) =>
        platform.Processes.Arguments(pid) is { Count: > 0 } arguments
            ? mask.MaskArguments(arguments)
            : mask.Mask(platform.Processes.CommandLine(pid));
}
