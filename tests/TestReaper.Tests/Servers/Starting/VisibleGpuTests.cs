using TestReaper.Secrets;
using TestReaper.Servers.Starting;
using Xunit;

namespace TestReaper.Tests.Servers.Starting;

/// <summary>The first variable that is set names the GPU in the ledger.</summary>
public sealed class VisibleGpuTests
{
    [Theory]
    [InlineData("0,1", "CUDA_VISIBLE_DEVICES=0,1", "NVIDIA_VISIBLE_DEVICES=all")]
    [InlineData("all", "CUDA_VISIBLE_DEVICES=", "NVIDIA_VISIBLE_DEVICES=all", "HIP_VISIBLE_DEVICES=3")]
    [InlineData("3", "ROCR_VISIBLE_DEVICES=4", "HIP_VISIBLE_DEVICES=3")]
    [InlineData("4", "ROCR_VISIBLE_DEVICES=4")]
    [InlineData("GPU-2f", "CUDA_VISIBLE_DEVICES=GPU\n-2\u001b\u009bf")]
    [InlineData("GPU-***", "CUDA_VISIBLE_DEVICES=GPU-secret", "API_KEY=secret")]
    [InlineData(null, "CUDA_VISIBLE_DEVICES=\n", "PATH=/bin")]
    [InlineData(null)]
    public void It_comes_from_the_first_variable_that_is_set(string? expected, params string[] variables) =>
        Assert.Equal(expected, Of(variables));

    [Fact]
    public void A_long_value_is_cut() => Assert.Equal(new string('1', 100) + "...", Of("CUDA_VISIBLE_DEVICES=" + new string('1', 10_000)));

    private static string? Of(params string[] variables)
    {
        var environment = variables.Select(variable => variable.Split('=', 2)).ToDictionary(parts => parts[0], parts => parts[1]);
        return VisibleGpu.Read(environment, SecretMask.For([], environment));
    }
}
