using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Reaping;
using TestReaper.Secrets;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Reaping;

/// <summary>
/// A spared daemon forks all the time while the tree around it is killed. It records each child that did not exit by itself, and writes
/// a heartbeat while it lives. It exits when the registry is gone.
/// </summary>
public sealed class SpareTests : RealTrees
{
    private const string Keeper = """
        dir=$1; shift
        "$@" &
        while [ -d "$dir" ]; do
          /bin/sleep 0.01 || echo "a child ended with $?" >> "$dir/.killed"
          echo >> "$dir/.beat"
        done
        """;

    private string Killed => Path.Combine(Registry.Directory, ".killed");

    private string Beat => Path.Combine(Registry.Directory, ".beat");

    [Theory(Timeout = 30_000)]
    [InlineData("keeper.sh")]
    [InlineData("keeper")]
    [InlineData("{directory}/.scripts of mine/keeper.sh")]
    public async Task A_spared_daemon_and_its_new_children_live_on_while_the_rest_is_killed(string name)
    {
        var reaper = new ProcessReaper(AtOnce with { Spare = [name.Replace("{directory}", Registry.Directory, StringComparison.Ordinal)] });
        using var root = reaper.Start(new ProcessStartInfo("/bin/sh", Tree()));
        await Registry.WaitForAsync(2);

        var report = await reaper.ReapAsync();

        await AssertKeptAsync(report);
    }

    [Fact(Timeout = 30_000)]
    public async Task Without_Spare_the_daemon_is_killed()
    {
        var reaper = new ProcessReaper(AtOnce);
        using var root = reaper.Start(new ProcessStartInfo("/bin/sh", Tree()));
        await Registry.WaitForAsync(2);

        var report = await reaper.ReapAsync();

        Registry.AssertNoneAlive();
        Assert.Empty(report.Spared);
    }

    [Fact(Timeout = 30_000)]
    public async Task KillTree_spares_by_name_too()
    {
        using var root = Process.Start(new ProcessStartInfo("/bin/sh", Tree()))!;
        await Registry.WaitForAsync(2);

        var report = await ProcessReaper.KillTreeAsync(root.Id, options: AtOnce with { Spare = ["keeper.sh"] });

        await AssertKeptAsync(report);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(0)]
    [InlineData(2)]
    public async Task The_disposal_of_a_server_leaves_its_spared_daemon_alive(int graceSeconds)
    {
        var server = await ServerProcess.StartAsync(new ServerProcessOptions
        {
            FileName = "/bin/sh",
            Arguments = Tree(),
            LogDirectory = Path.Combine(Registry.Directory, ".logs"),
            Reap = new ReapOptions { GracePeriod = TimeSpan.FromSeconds(graceSeconds), Spare = ["keeper.sh"] },
        });
        await Registry.WaitForAsync(2);

        var report = await server.ReapAsync();

        await AssertKeptAsync(report);
    }

    /// <summary>With a cgroup if the machine has one, and with a grace period: neither signal may reach the daemon.</summary>
    [Theory(Timeout = 30_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_spared_daemon_lives_on_in_the_container_of_a_launched_tree(bool isWholeTreeAsked)
    {
        var platform = ProcessPlatform.Current;
        var scope = ScopeId.New();
        using var tree = new TreeTracker(platform, scope) { Spare = SparedSubtrees.ByName(platform, ["keeper.sh"]) };
        var environment = InheritedEnvironment.Read();
        environment[ScopeId.Variable] = scope;
        var child = platform.Launcher.Launch(new LaunchSpec("/bin/sh", Tree(), environment, "/", scope, RedirectStandardInput: false));
        tree.Containment = child.Containment;
        tree.AddLaunched(child.Identity);
        await Registry.WaitForAsync(2);
        var options = AtOnce with { GracePeriod = TimeSpan.FromSeconds(1), StopWholeTree = isWholeTreeAsked };

        var request = new ReapRequest(platform, tree, options, NullLogger.Instance, TimeProvider.System);
        await AssertKeptAsync(await ReapPipeline.RunAsync(request, CancellationToken.None));
        Registry.Dispose();
        await Poll.UntilAsync(() => tree.Observe() is { Living: 0 } && tree.Spared.Count == 0, "the daemon to end");
        child.Collect();
        await Poll.UntilAsync(() => child.Containment.Container?.TryRemove() != false, "its container to be empty");
    }

    private string[] Tree()
    {
        var directory = Directory.CreateDirectory(Path.Combine(Registry.Directory, ".scripts of mine")).FullName;
        var script = Path.Combine(directory, "keeper.sh");
        File.WriteAllText(script, Keeper);
        string[] program = [TestProgram.Path, "--registry", Registry.Directory, "--role"];
        const string Root = """
            keeper=$1 dir=$2; shift 2; /bin/sh "$keeper" "$dir" "$@" spared & "$@" other & wait
            """;
        return ["-c", Root, "sh", script, Registry.Directory, .. program];
    }

    private async Task AssertKeptAsync(ReapReport report)
    {
        Registry.AssertAlive("other", 0);
        Registry.AssertAlive("spared", 1);
        var beats = new FileInfo(Beat).Length;
        await Poll.UntilAsync(() => new FileInfo(Beat).Length > beats + 10, "the daemon to go on forking");
        Assert.False(File.Exists(Killed), "a child of the spared daemon was killed");
        var spared = Assert.Single(Registry.Alive("spared"));
        Assert.Contains(report.Spared, process => process.ProcessId == spared.Pid);
        Assert.Contains(report.Spared, process => process.CommandLine.Contains("keeper.sh", StringComparison.Ordinal));
        Assert.DoesNotContain(report.Processes, process => process.ProcessId == spared.Pid);
        Assert.Contains($"spared: {spared.Pid} ", report.ToString(), StringComparison.Ordinal);
    }
}
