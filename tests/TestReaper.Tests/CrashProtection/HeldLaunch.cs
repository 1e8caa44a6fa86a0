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
/// A host that runs one server and is stopped in the middle of launching another: the child exists, and waits to be let
/// into its cgroup before it executes anything.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class HeldLaunch : IDisposable
{
    private const int Launches = 50;
    private static readonly TimeSpan Held = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly ZooHost _host;

    private HeldLaunch(ZooHost host, ProcessRegistry server, ProcessRegistry launched) => (_host, Server, Launched) = (host, server, launched);

    public int Pid => _host.Pid;

    /// <summary>Who belongs to the server that runs.</summary>
    public ProcessRegistry Server { get; }

    /// <summary>Who belongs to those that are launched.</summary>
    public ProcessRegistry Launched { get; }

    /// <summary>The child that has executed nothing.</summary>
    public int Child { get; private set; }

    public bool IsChildAlive => IsUnexecuted(Child);

    private string Program { get; set; } = "";

    /// <param name="isContained">Whether the child is to be in its cgroup already.</param>
    /// <param name="environment">For the host.</param>
    public static async Task<HeldLaunch> StartAsync(bool isContained, IReadOnlyDictionary<string, string> environment)
    {
        Skip.IfNot(CanMakeCGroup(), "no cgroup may be made here: no child waits for one");
        var (server, launched) = (new ProcessRegistry(), new ProcessRegistry());
        var host = ZooHost.Start(ZooHost.Command(LayerSet.All, "--serve", "--neighbour", server.Directory, "--zoo", ZooProgram.Require()), environment);
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

    /// <summary>Kills the host in the middle of it.</summary>
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

    // Spins: some of the steps take microseconds.
    private void TryHold(Func<int> newChild)
    {
        var child = 0;
        SpinWait.SpinUntil(() => (child = newChild()) != 0, Patience);
        _ = LibC.kill(Pid, LibC.SIGSTOP);

        // It may have let the child go on before it stopped.
        if (!SpinWait.SpinUntil(() => !IsUnexecuted(child), Held))
        {
            Child = child;
            return;
        }

        _ = LibC.kill(Pid, LibC.SIGCONT);
    }

    // In which of its steps the host has stopped is chance: the child is put where it is to be.
    private void Move(string state, bool isContained)
    {
        var container = HostLedger.Lines(Pid, state)
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Last(line => line.TryGetProperty("container", out _)).GetProperty("container").GetString()!;
        File.WriteAllText(Path.Combine(isContained ? container : Path.GetDirectoryName(container)!, "cgroup.procs"), $"{Child}");
        Assert.Equal(isContained, IsInCGroup(Child));
    }

    // What the kernel shows of it is its parent's until it executes its program.
    private bool IsUnexecuted(int pid) => ProcDirectory.CommandLine(pid) == Program;

    private static bool IsInCGroup(int pid) => ProcDirectory.CGroup(pid).Contains("/testreaper-", StringComparison.Ordinal);
}
