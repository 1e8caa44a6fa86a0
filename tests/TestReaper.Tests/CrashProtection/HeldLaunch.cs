using System.Runtime.Versioning;
using System.Text.Json;
using TestReaper.Platform;
using TestReaper.Platform.Linux.Containers;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Zoo;
using Xunit;
using CGroup = TestReaper.Platform.Linux.Containers.CGroup;

namespace TestReaper.Tests.CrashProtection;

/// <summary>
/// A host that runs one server and is stopped during the launch of another: the child exists, and waits to be moved into its
/// cgroup before it calls exec.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class HeldLaunch : IDisposable
{
    private const int Launches = 50;
    private static readonly TimeSpan Held = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly ZooHost _host;

    private HeldLaunch(ZooHost host, ProcessRegistry server, ProcessRegistry launched) =>
        (_host, Server, Launched) = (host, server, launched);

    public int Pid => _host.Pid;

    /// <summary>The processes of the running server.</summary>
    public ProcessRegistry Server { get; }

    /// <summary>The processes of the servers in launch.</summary>
    public ProcessRegistry Launched { get; }

    /// <summary>The child that has not called exec.</summary>
    public int Child { get; private set; }

    public bool IsChildAlive => IsUnexecuted(Child);

    private string Program { get; set; } = "";

    /// <param name="isContained">Whether the child is already in its cgroup.</param>
    /// <param name="environment">Variables for the host.</param>
    public static async Task<HeldLaunch> StartAsync(bool isContained, IReadOnlyDictionary<string, string> environment)
    {
        Skip.IfNot(CanMakeCGroup(), "no cgroup may be made here: no child waits for one");
        var (server, launched) = (new ProcessRegistry(), new ProcessRegistry());
        var host = ZooHost.Start(
            ZooHost.Command(LayerSet.All, "--serve", "--neighbour", server.Directory, "--zoo", ZooProgram.Require()), environment);
        var launch = new HeldLaunch(host, server, launched);
        await server.WaitForAsync(2);
        launch.Program = ProcDirectory.CommandLine(host.Pid);
        for (var i = 0; i < Launches && launch.Child == 0; i++)
        {
            int[] before = [.. ProcDirectory.ChildrenOf(host.Pid)];
            host.SendLine(["--directory", launched.Directory, "--", ZooProgram.Require(), "plain", "."]);
            launch.TryHold(() => ProcDirectory.ChildrenOf(host.Pid).Except(before).FirstOrDefault());
            if (launch.Child != 0)
            {
                launch.Move(environment["XDG_RUNTIME_DIR"], isContained);
            }
            else
            {
                await host.ReportAsync();
            }
        }

        Assert.True(launch.Child != 0, "No child was seen before its exec.");
        return launch;
    }

    /// <summary>Kills the host during the launch.</summary>
    public void Kill() => _ = LibC.kill(Pid, LibC.SIGKILL);

    public void Dispose()
    {
        Kill();
        _host.Dispose();
        if (IsChildAlive)
        {
            _ = LibC.kill(Child, LibC.SIGKILL);
        }

        Server.Dispose();
        Launched.Dispose();
    }

    private static bool CanMakeCGroup() => CGroup.TryCreate(ScopeId.New(), out _) is { } cgroup && cgroup.TryRemove();

    // Spins, since some steps take microseconds.
    private void TryHold(Func<int> newChild)
    {
        var child = 0;
        SpinWait.SpinUntil(() => (child = newChild()) != 0, Patience);
        _ = LibC.kill(Pid, LibC.SIGSTOP);

        // It may have released the child before it stopped.
        if (!SpinWait.SpinUntil(() => !IsUnexecuted(child), Held))
        {
            Child = child;
            return;
        }

        _ = LibC.kill(Pid, LibC.SIGCONT);
    }

    // The host stops at a random step: the child is moved to the required cgroup.
    private void Move(string state, bool isContained)
    {
        var container = HostLedger.Lines(Pid, state)
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Last(line => line.TryGetProperty("container", out _)).GetProperty("container").GetString()!;
        File.WriteAllText(Path.Combine(isContained ? container : Path.GetDirectoryName(container)!, "cgroup.procs"), $"{Child}");
        Assert.Equal(isContained, IsInCGroup(Child));
    }

    // Until its exec the kernel shows the command line of its parent.
    private bool IsUnexecuted(int pid) => ProcDirectory.CommandLine(pid) == Program;

    private static bool IsInCGroup(int pid) => ProcDirectory.CGroup(pid).Contains("/testreaper-", StringComparison.Ordinal);
}
