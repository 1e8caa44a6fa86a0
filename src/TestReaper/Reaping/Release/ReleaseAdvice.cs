namespace TestReaper.Reaping.Release;

/// <summary>What to do about resources that stay held, in messages.</summary>
internal static class ReleaseAdvice
{
    private const string SharedMemory = "Let the server remove it when it stops, or set ReapOptions.RemoveSharedMemory.";

    private const string Other =
        "The holder may be a process that escaped the tree, or the kernel may still be closing files (io_uring, a driver): " +
        "then raise ReapOptions.ReleaseTimeout.";

    private const string GpuHolder =
        "A driver frees the memory of a killed process late. Compare with \"testreaper gpu\" or nvidia-smi. If a process is named, " +
        "kill it. If the memory comes back later, raise ReapOptions.GpuReleaseTimeout, or raise GracePeriod, so that the server frees " +
        "its memory before it is killed. If other programs use the device at the same time, raise GpuRequirement.Headroom.";

    private const string GpuLost =
        "A driver that does not answer, or a device that has failed, needs a reset (nvidia-smi --gpu-reset) or a reboot. " +
        "The kernel log has the reason: search for NVRM, Xid or amdgpu.";

    /// <summary>One paragraph for each kind of resource.</summary>
    public static IEnumerable<string> For(IReadOnlyList<ReleaseCondition> failed) => failed.Select(Of).Distinct();

    private static string Of(ReleaseCondition condition) => condition switch
    {
        { Resource: ReleaseResource.SharedMemory } => SharedMemory,
        { Resource: ReleaseResource.Gpu, Verdict: ReleaseVerdict.Held, IsLost: false } => GpuHolder,
        { Resource: ReleaseResource.Gpu } => GpuLost,
        _ => Other,
    };
}
