using System.Runtime.Versioning;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Zoo;
using Xunit;

namespace TestReaper.Tests.CrashProtection;

/// <summary>A host that has started a server and waits until the test kills it.</summary>
[SupportedOSPlatform("linux")]
internal sealed class KilledHost : IDisposable
{
    private readonly ZooHost _host;

    private KilledHost(ZooHost host, ProcessRegistry server) => (_host, Server) = (host, server);

    public int Pid => _host.Pid;

    /// <summary>The processes of the server.</summary>
    public ProcessRegistry Server { get; }

    /// <summary>The watchdog of the host.</summary>
    public Task<int> WatchdogAsync() => HostWatchdog.OfAsync(_host.Pid);

    public static Task<KilledHost> StartAsync(
        string animal, LayerSet layers, IReadOnlyDictionary<string, string>? environment = null, params string[] options) =>
        StartAsync(ZooProgram.Require(), animal, layers, environment, options);

    public static async Task<KilledHost> StartAsync(
        string program, string animal, LayerSet layers, IReadOnlyDictionary<string, string>? environment, params string[] options)
    {
        var registry = new ProcessRegistry();
        File.SetUnixFileMode(registry.Directory, (UnixFileMode)0x1FF);
        var host = new KilledHost(
            ZooHost.Start(
                ZooHost.Command(layers, ["--stdin", .. options, "--directory", registry.Directory, "--", program, animal, "."]),
                environment),
            registry);
        await registry.WaitForAsync(Animal.Of(animal).Entries);
        return host;
    }

    /// <summary>
    /// Waits until the host has sent the server to its watchdog and added it to its ledger. The server registers earlier, before the
    /// spawn returns.
    /// </summary>
    /// <param name="state">The XDG_RUNTIME_DIR of the host.</param>
    public Task WaitUntilRecordedAsync(string state) =>
        Poll.UntilAsync(() => HostLedger.Lines(Pid, state).Count >= 3, "the host to record the server");

    public void Kill(int signal = LibC.SIGKILL) => _ = LibC.kill(_host.Pid, signal);

    /// <summary>Lets it reap its server and exit.</summary>
    public async Task ReapAsync()
    {
        _host.SendLine();
        Assert.Equal("reaped", (await _host.ReportAsync()).Outcome);
        await _host.EndAsync();
    }

    public void Dispose()
    {
        _host.Dispose();
        Server.Dispose();
    }
}
