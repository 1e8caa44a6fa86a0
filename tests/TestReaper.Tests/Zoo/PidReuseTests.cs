using System.Runtime.Versioning;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Zoo;

/// <summary>An unrelated process that reuses the pid of a dead member is not killed.</summary>
/// <remarks>
/// In a new PID namespace, ns_last_pid sets the next pid. A small pid_max would force the reuse as well, but before Linux 6.14 it
/// applies to the whole machine.
/// </remarks>
[SupportedOSPlatform("linux")]
public sealed class PidReuseTests : IDisposable
{
    // Here the names in the registry contain pids of the new namespace.
    private const string Script = """
        cd "$1"
        zoo=$2 strangers=$3 taker=$4; shift 4
        "$@" &
        until ls mortal-* >/dev/null 2>&1; do sleep 0.02; done
        sleep 2
        pid=$(ls mortal-* | cut -d- -f2)
        kill -USR1 $pid
        "$zoo" $taker "$strangers" $pid &
        until ls "$strangers"/stranger-* >/dev/null 2>&1; do sleep 0.02; done
        : > marker-0-0
        read line
        """;

    private readonly ProcessRegistry _registry = new();
    private readonly ProcessRegistry _strangers = new();

    public void Dispose()
    {
        _registry.Dispose();
        _strangers.Dispose();
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("pid-taker", "all layers")]
    [InlineData("pid-taker", "no cgroup, pidfd_open ENOSYS")]
    [InlineData("session-taker", "all layers")]
    [InlineData("session-taker", "no cgroup, pidfd_open ENOSYS")]
    public async Task An_unrelated_process_with_the_pid_of_a_dead_member_is_not_killed(string taker, string layers)
    {
        Skip.IfNot(Environment.IsPrivilegedProcess && File.Exists("/proc/sys/kernel/ns_last_pid"), "needs root and ns_last_pid");
        var zoo = ZooProgram.Require();
        string[] options = ["--directory", _registry.Directory, "--registry", _registry.Directory, "--entries", "3"];
        var host = ZooHost.Command(LayerSet.Of(layers), [.. options, "--", zoo, "mortal", "."]);
        using var run = ZooHost.Start(
        [
            Programs.Require("unshare"), "--pid", "--fork", "--mount-proc", "--kill-child",
            "/bin/sh", "-c", Script, "sh", _registry.Directory, zoo, _strangers.Directory, taker, .. host,
        ]);

        var report = await run.ReportAsync();

        var (dead, stranger) = (PidOf(_registry, "mortal"), _strangers.Alive("stranger"));
        _strangers.AssertAlive("stranger", 1);
        if (taker == "pid-taker")
        {
            Assert.Equal(dead, Assert.Single(stranger).Pid);
        }

        _registry.AssertNoneAlive();
        Assert.True(report.Outcome == "reaped", report.Message);
    }

    private static int PidOf(ProcessRegistry registry, string role) => registry.Registered().Single(process => process.Role == role).Pid;
}
