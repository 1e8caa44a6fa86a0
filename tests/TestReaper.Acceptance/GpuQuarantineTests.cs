using CliWrap;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Acceptance;

/// <summary>The class whose GPU memory did not come back fails, and the next class that wants the GPU is refused with its name.</summary>
public sealed class GpuQuarantineTests(Workspace workspace) : IClassFixture<Workspace>
{
    [SkippableTheory(Timeout = 300_000)]
    [InlineData("xUnit v2")]
    [InlineData("xUnit v3 VSTest")]
    [InlineData("NUnit VSTest")]
    public Task The_class_that_leaks_is_named_to_the_next(string kind) => RunAsync(SuiteKind.Get(kind));

    [SkippableTheory(Timeout = 300_000)]
    [Trait("Category", "Full")]
    [InlineData("xUnit v3 MTP")]
    [InlineData("NUnit MTP")]
    public Task The_class_that_leaks_is_named_with_the_testing_platform(string kind) => RunAsync(SuiteKind.Get(kind));

    private async Task RunAsync(SuiteKind kind)
    {
        using var registry = new ProcessRegistry();
        await CreateDriverAsync(registry.GpuRoot());

        var run = await SuiteRun.RunAsync(kind, await workspace.GetProjectAsync(kind), "Cases.GpuLeak", isMethod: false, registry);

        var failed = run.Trx.Where(result => result.Outcome == "Failed").ToList();
        var refused = Assert.Single(failed, result => result.Message.Contains("are in quarantine", StringComparison.Ordinal));
        var (culprit, next) = refused.Name.Contains("Other_uses", StringComparison.Ordinal) ? ("One", "Other") : ("Other", "One");
        Assert.Contains($"{next}_uses_the_GPU", refused.Name, StringComparison.Ordinal);
        Assert.Contains($"did not come back after Cases.GpuLeak.{culprit}Tests", refused.Message, StringComparison.Ordinal);
        var leaked = Assert.Single(failed, result => result != refused);
        Assert.Matches($"GpuLeak.{culprit}Tests|{culprit}_uses_the_GPU", leaked.Name + leaked.Message);
        Assert.Contains("40.0 GiB of 80.0 GiB are used", leaked.Message, StringComparison.Ordinal);
        Assert.Equal(kind.IsNUnit ? 0 : 1, run.Trx.Count(result => result.Outcome == "Passed"));
        registry.AssertNoneAlive();
    }

    private static async Task CreateDriverAsync(string root)
    {
        Programs.Require("gcc");
        Directory.CreateDirectory(Path.Combine(root, "proc/driver/nvidia"));
        Directory.CreateDirectory(Path.Combine(root, "sys"));
        await File.WriteAllTextAsync(Path.Combine(root, "proc/driver/nvidia/version"), "NVRM version: stand-in");
        var library = Path.Combine(root, "libnvidia-ml.so.1");
        await File.WriteAllTextAsync(library + ".state", "count 1\n");
        await Cli.Wrap("gcc")
            .WithArguments(["-O1", "-shared", "-fPIC", "-o", library, Path.Combine(AppContext.BaseDirectory, "Gpu/nvml.c")])
            .ExecuteAsync();
    }
}
