using TestReaper.Platform;
using TestReaper.Secrets;

namespace TestReaper.Processes;

/// <summary>Names the process that holds a port. The secrets of that process are masked too.</summary>
internal static class ListenerText
{
    public static string Describe(ListenerHolder owner, IProcessPlatform platform, SecretMask mask) => owner.Pid is { } pid
        ? mask.DescribeProcess(platform, pid)
        : $"a process that cannot be seen from here ({owner.Reason})";
}
