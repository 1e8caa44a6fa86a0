using System.Net;
using System.Runtime.Versioning;
using TestReaper.Platform;
using TestReaper.Platform.Linux;
using TestReaper.Servers.Ports;
using TestReaper.Servers.Starting;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>A listener whose owner cannot be read is no reason to fail, and one to say so.</summary>
[SupportedOSPlatform("linux")]
public sealed class UnknownOwnerTests : StartingServers
{
    [Fact(Timeout = 30_000)]
    public async Task A_server_behind_an_unreadable_owner_is_ready_with_one_warning()
    {
        await BecomesReadyAsync(Server("--http", "{port}") with { Readiness = Readiness.Http("/health") });

        var warning = Assert.Single(Log.Warnings);
        Contains("not verified", warning);
        Contains("hidden for a test", warning);
    }

    [Fact(Timeout = 30_000)]
    public async Task Several_probes_of_one_address_warn_once() =>
        await WarnsOnceAsync(Server("--http", "{port}") with { Readiness = Readiness.All(Readiness.TcpPort(), Readiness.Http("/health"), Readiness.Http("/v1/models")) });

    [Fact(Timeout = 30_000)]
    public async Task A_unix_socket_warns_too()
    {
        var path = FilePath("socket");

        await WarnsOnceAsync(Server("--unix", path) with { Readiness = Readiness.UnixSocket(path) });
    }

    [Fact(Timeout = 30_000)]
    public async Task Nothing_is_warned_of_when_nobody_wants_to_know()
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
        var leases = PortLeases.Take(options, platform);
        var run = ServerLaunch.Run(ResolvedCommand.Resolve(options, leases.Ports, platform), leases, options, Log, platform);
        await using var server = new ServerProcess(options, run);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));

        await new ReadinessWait(server, run, platform, Log).RunAsync(patience.Token);

        Registry.AssertAlive("root", 1);
    }

    /// <summary>Cannot tell who owns a socket.</summary>
    private sealed class UnknownOwners : ISocketTable
    {
        private static readonly ListenerOwner Unknown = new(ListenerKind.Unknown, Reason: "hidden for a test");
        private readonly ISocketTable _sockets = ProcessPlatform.Current.Sockets;

        public (int First, int Last) EphemeralPorts => _sockets.EphemeralPorts;

        public ListenerOwner FindListener(IPEndPoint endpoint, IReadOnlyCollection<int> treePids) => Unknown;

        public ListenerOwner FindPortHolder(IPEndPoint endpoint, bool listenersOnly) => Unknown;

        public ListenerOwner FindUnixListener(string path, IReadOnlyCollection<int> treePids) => Unknown;

        public TreeListeners FindListenersOf(IReadOnlyCollection<int> pids) => _sockets.FindListenersOf(pids);
    }
}
