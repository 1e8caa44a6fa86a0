using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Gpu;

/// <summary>A server without enough memory on a GPU fails with a cause that names the holder of the memory.</summary>
public sealed class GpuCauseTests : GpuServers
{
    [SkippableFact(Timeout = 60_000)]
    public async Task The_process_that_holds_the_memory_of_the_GPU_is_named()
    {
        using var holder = await Bystander.StartAsync();
        Use(holder.Pid);
        var options = Options() with
        {
            FileName = "/bin/sh",
            Arguments = ["-c", "echo 'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.' >&2; exit 1"],
        };

        var failure = await Assert.ThrowsAnyAsync<ServerStartException>(() => ServerProcess.StartAsync(options, Logger));

        var cause = failure.Cause!;
        Assert.Equal(FailureKind.GpuOutOfMemory, cause.Kind);
        Assert.Contains("Tried to allocate 2.00 GiB. GPU ", cause.Evidence, StringComparison.Ordinal);
        Assert.Contains($"is held by process {holder.Pid} ({TestProgram.Path} --registry ", cause.Evidence, StringComparison.Ordinal);
        Assert.EndsWith(", 40.0 GiB).", cause.Evidence, StringComparison.Ordinal);
        holder.AssertAlive();
    }
}
