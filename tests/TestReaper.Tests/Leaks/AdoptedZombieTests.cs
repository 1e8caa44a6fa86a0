using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Leaks;

/// <summary>A host that adopts orphans keeps no zombies of the trees that it reaped: they would occupy pids until it exits.</summary>
public sealed class AdoptedZombieTests : IDisposable
{
    private readonly LeakHost _host = new();

    [Fact(Timeout = 60_000)]
    public async Task A_reap_collects_the_orphans_that_the_host_adopted()
    {
        await _host.BeginAsync();
        await _host.StartOwnedAsync("server", "Class", "server", 4, "--children", "3");
        var pids = _host.Registry.Registered().Select(process => process.Pid).ToList();

        await _host.ReapAsync("reaped");

        Assert.Equal(4, pids.Count);
        Assert.All(pids, pid => Assert.Null(ProcStat.StateOf(pid)));
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_a_reap_the_host_keeps_the_zombies()
    {
        await _host.BeginAsync();
        var root = await _host.StartAsync("root", 2, "--children", "1");
        var child = _host.Registry.Registered().Single(process => process.Pid != root).Pid;

        _ = LibC.kill(root, LibC.SIGKILL);
        await Poll.UntilAsync(() => ProcStat.ParentOf(child) == _host.Pid, "the host to adopt the child");
        _ = LibC.kill(child, LibC.SIGKILL);

        await Poll.UntilAsync(() => ProcStat.StateOf(child) == 'Z', "the child to be a zombie");
    }

    public void Dispose() => _host.Dispose();
}
