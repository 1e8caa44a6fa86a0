using System.Net;
using System.Runtime.Versioning;
using TestReaper.Platform;
using TestReaper.Platform.Linux;
using TestReaper.Servers.Ports;
using TestReaper.Servers.Starting;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>A listener whose process cannot be identified causes a warning, not a failure.</summary>
[SupportedOSPlatform("linux")]
public sealed class UnknownOwnerTests : StartingServers
{
    [Fact(Timeout = 30_000)]
    public async Task A_server_whose_listener_cannot_be_identified_is_ready_with_one_warning()
    {
        await BecomesReadyAsync(Server("--http", "{port}") with { Readiness = Readiness.Http("/health") });

        var warning = Assert.Single(Log.Warnings);
        Contains("not verified", warning);
        Contains("hidden for a test", warning);
    }

    [Fact(Timeout = 30_000)]
    public async Task Several_probes_of_one_address_warn_once() =>
        await WarnsOnceAsync(
            Server("--http", "{port}") with
            {
                Readiness = Readiness.All(Readiness.TcpPort(), Readiness.Http("/health"), Readiness.Http("/v1/models")),
            });

    [Fact(Timeout = 30_000)]
    public async Task A_unix_socket_warns_too()
    {
        var path = FilePath("socket");

        await WarnsOnceAsync(Server("--unix", path) with { Readiness = Readiness.UnixSocket(path) });
    }

    [Fact(Timeout = 30_000)]
    public async Task Without_verification_there_is_no_warning()
    {
        await BecomesReadyAsync(Server("--http", "{port}") with { Readiness = Readiness.Http("/health"), VerifyListener = false });

        Assert.Empty(Log.Warnings);
    }

    private async Task WarnsOnceAsync(ServerProcessOptions options)
    {
        await BecomesReadyAsync(options);

        Contains("not verified", Assert.Single(Log.Warnings));
    }

    private async Task BecomesReadyAsync(ServerProcessOptions options)
    {
        var platform = new LinuxPlatform { Sockets = new UnknownOwners() };
        var ports = new ServerPorts(options, new PortLeases(options, platform));
        var run = ServerLaunch.Run(CommandResolver.Resolve(options, ports.Allocated, platform), ports, options, Log, platform);
        await using var server = new ServerProcess(options, run);

        await new ReadinessWait(server, TimeSpan.FromSeconds(20), new ListenerCheck(server, run, platform, Log))
            .RunAsync(CancellationToken.None);

        Registry.AssertAlive("root", 1);
    }

    /// <summary>Knows of no socket which process has it.</summary>
    private sealed class UnknownOwners : ISocketTable
    {
        private static readonly ListenerHolder Unknown = new(ListenerKind.Unknown, Reason: "hidden for a test");
        private readonly ISocketTable _sockets = ProcessPlatform.Current.Sockets;

        public (int First, int Last) EphemeralPorts => _sockets.EphemeralPorts;

        public ListenerHolder FindListener(IPEndPoint endpoint, IReadOnlyCollection<int> treePids) => Unknown;

        public ListenerHolder FindPortHolder(IPEndPoint endpoint, bool listenersOnly) => Unknown;

        public ListenerHolder FindUnixListener(string path, IReadOnlyCollection<int> treePids) => Unknown;

        public TreeListeners FindListenersOf(IReadOnlyCollection<int> pids) => _sockets.FindListenersOf(pids);
    }
}
