using System.Globalization;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tool.Tests;

/// <summary><c>testreaper kill</c></summary>
public sealed class KillTests : IDisposable
{
    private readonly ProcessRegistry _registry = new();

    public void Dispose() => _registry.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task A_tree_is_killed_whole_and_nothing_beside_it()
    {
        using var bystander = await Bystander.StartAsync();
        using var root = TestProgram.Start("--registry", _registry.Directory, "--role", "root", "--children", "3");
        await _registry.WaitForAsync(4);

        var run = await ToolRun.OfAsync(null, "kill", root.Id.ToString(CultureInfo.InvariantCulture));

        Assert.Equal(0, run.ExitCode);
        _registry.AssertNoneAlive();
        Assert.Contains("Reaped 4 processes", run.StandardOutput, StringComparison.Ordinal);
        bystander.AssertAlive();
    }

    [Theory(Timeout = 60_000)]
    [InlineData("1")]
    [InlineData("0")]
    [InlineData("none")]
    public async Task What_makes_no_sense_is_refused_and_explained(string pid)
    {
        var run = await ToolRun.OfAsync(null, "kill", pid);

        Assert.Equal(2, run.ExitCode);
        Assert.NotEmpty(run.StandardError);
    }

    [Fact(Timeout = 60_000)]
    public async Task Nothing_to_kill_is_a_success() => Assert.Equal(0, (await ToolRun.OfAsync(null, "kill", "999999999")).ExitCode);
}
