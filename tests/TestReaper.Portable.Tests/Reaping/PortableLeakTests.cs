using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using TestReaper.Extensibility;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Reaping;

/// <summary>Alone: an exclusive check sees what every test of this process starts.</summary>
[CollectionDefinition("leaks", DisableParallelization = true)]
public sealed class LeaksAlone;

/// <summary>A check that sees each process that the tests start, also without TestReaper.</summary>
[Collection("leaks")]
public sealed class PortableLeakTests : IDisposable
{
    private readonly ProcessRegistry _registry = new();

    public void Dispose() => _registry.Dispose();

    [Theory(Timeout = 60_000)]
    [InlineData("--children", "1")]
    [InlineData("--orphan")]
    public async Task What_a_class_leaves_is_reported_and_killed(params string[] options)
    {
        var check = Begin();
        using var process = Process.Start(TestProgram.StartInfo(["--registry", _registry.Directory, "--role", "left", .. options]))!;
        await _registry.WaitForAsync(2);

        var failure = Assert.IsType<ProcessLeakException>(await check.EndAsync());

        _registry.AssertNoneAlive();
        Assert.Contains(failure.Processes, leaked => leaked.ProcessId == process.Id);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_orphan_whose_parent_was_killed_is_reported_and_killed()
    {
        var check = Begin();
        using var process = Process.Start(TestProgram.StartInfo("--registry", _registry.Directory, "--role", "left", "--orphan"))!;
        var orphan = Assert.Single(await _registry.WaitForAsync(1, "orphan"));
        process.Kill();

        var failure = Assert.IsType<ProcessLeakException>(await check.EndAsync());

        _registry.AssertNoneAlive();
        Assert.Contains(failure.Processes, leaked => leaked.ProcessId == orphan.Pid);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_class_that_leaves_nothing_passes()
    {
        using var bystander = await Bystander.StartAsync();
        var check = Begin();
        using var process = Process.Start(TestProgram.StartInfo("--registry", _registry.Directory, "--role", "left"))!;
        await _registry.WaitForAsync(1);
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Null(await check.EndAsync());
        bystander.AssertAlive();
    }

    private static LeakCheck Begin() => LeakCheck.BeginForRun(
        "tests",
        new LeakCheckOptions { Label = "check", Timeout = TimeSpan.FromMilliseconds(500), IsExclusive = true, FlightRecorder = false },
        NullLogger.Instance)!;
}
