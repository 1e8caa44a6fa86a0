using System.Runtime.Versioning;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Servers;
using Xunit;

namespace TestReaper.Tests.CrashProtection;

/// <summary>Files of a server may have secrets in them. They are removed although the host is killed.</summary>
[SupportedOSPlatform("linux")]
public sealed class DeadHostFilesTests : IDisposable
{
    // Any path can be the state directory, also one with a colon.
    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("testreaper-state:");

    public void Dispose() => _state.Delete(recursive: true);

    [Fact(Timeout = 60_000)]
    public async Task The_watchdog_removes_the_files_of_a_killed_hosts_servers()
    {
        using var host = await StartAsync(servers: 2);
        var directories = Directories();
        Assert.Equal(2, directories.Length);
        Directory.CreateSymbolicLink(Path.Combine(directories[0], "link"), Keep("linked"));
        var unrelated = Keep("testreaper/files/0123456789ab");

        host.Kill();

        await Poll.UntilAsync(() => !Ledgers().Any(), "the watchdog to finish", TimeSpan.FromSeconds(30));
        Assert.Equal([unrelated], Directories());
        Assert.True(File.Exists(Path.Combine(_state.FullName, "linked", "mine")));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_next_sweep_removes_the_files_where_the_watchdog_was_killed_too()
    {
        using var host = await StartAsync(servers: 1);
        var unrelated = Keep("testreaper/files/0123456789ab");
        await Poll.UntilAsync(() => HostLedger.Lines(host.Pid, _state.FullName).Count >= 3, "the host to record the server");
        _ = LibC.kill(await HostWatchdog.OfAsync(host.Pid), LibC.SIGKILL);
        host.Kill();
        Assert.Equal(2, Directories().Length);

        await Poll.UntilAsync(() => ProcStat.StartTimeOf(host.Pid) is null || ProcStat.StateOf(host.Pid) == 'Z', "the host to be gone");
        await PortHost.SweepAsync(_state.FullName);

        Assert.Equal([unrelated], Directories());
        Assert.Empty(Ledgers());
    }

    private async Task<PortHost> StartAsync(int servers)
    {
        var host = PortHost.Start(_state.FullName, servers, length: 3);
        await host.ReadPortsAsync();
        var contents = Directories().Select(directory => File.ReadAllText(Path.Combine(directory, "conf", "server.conf")));
        Assert.All(contents, content => Assert.Matches(@"^listen \d+;$", content));
        return host;
    }

    private string[] Directories() => Directory.GetDirectories(Path.Combine(_state.FullName, "testreaper", "files"));

    private IEnumerable<FileInfo> Ledgers() => _state.EnumerateFiles("*.ledger", SearchOption.AllDirectories);

    private string Keep(string name)
    {
        var directory = Directory.CreateDirectory(Path.Combine(_state.FullName, name)).FullName;
        File.WriteAllText(Path.Combine(directory, "mine"), "");
        return directory;
    }
}
