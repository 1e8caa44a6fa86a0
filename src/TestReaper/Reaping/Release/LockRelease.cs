using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Secrets;

namespace TestReaper.Reaping.Release;

/// <summary>A lock file is free when no process has it locked, by flock(2) or fcntl(2), or when it does not exist.</summary>
internal sealed class LockRelease(string path, IProcessPlatform platform, SecretMask mask) : IReleaseCheck
{
    public ReleaseResource Resource => ReleaseResource.Lock;

    public string Name => $"lock {path}";

    public ReleaseState Check() => platform.Files.ProbeLock(path) switch
    {
        { IsHeld: true, Holder: { } pid } when pid == Environment.ProcessId =>
            new ReleaseState(ReleaseVerdict.Held, $"this test host itself (process {pid})"),
        { IsHeld: true, Holder: { } pid } => new ReleaseState(ReleaseVerdict.Held, mask.DescribeProcess(platform, pid)),
        { IsHeld: true } => new ReleaseState(ReleaseVerdict.Held, "a process that is not visible from this one"),
        { IsHeld: false } => ReleaseState.Released,
        { Reason: var reason } => new ReleaseState(ReleaseVerdict.NotVerified, reason),
    };
}
