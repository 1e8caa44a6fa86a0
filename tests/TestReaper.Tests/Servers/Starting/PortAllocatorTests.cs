using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using TestReaper.Platform;
using TestReaper.Platform.Linux;
using TestReaper.Servers.Ports;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>Blocks of ports where few are left, and of several processes.</summary>
[SupportedOSPlatform("linux")]
public sealed class PortAllocatorTests
{
    // Leaves the ports 65,300 to 65,535.
    private static readonly (int First, int Last) AlmostAll = (1, 65_299);
    private static readonly int[] Block = [0, 1, 2, 3, 4, 5, 6, 7];

    [Fact]
    public void Blocks_are_whole_free_and_disjoint_until_none_is_left()
    {
        using var listener = new TcpListener(IPAddress.Any, Enumerable.Range(65_400, 20).First(FreePort.IsFree));
        listener.Start();

        // If an attempt that failed kept a lock, the second round would find fewer blocks.
        for (var round = 1; round <= 2; round++)
        {
            var (used, locks) = AllocateAll();
            try
            {
                Assert.True(used.Count >= 8 * 10, $"Only {used.Count} ports were found in round {round}.");
                Assert.Equal(used.Count, used.Distinct().Count());
                Assert.DoesNotContain(((IPEndPoint)listener.LocalEndpoint).Port, used);
                Assert.All(used, port => Assert.True(port is >= 65_300 and <= 65_535 && PortLock.IsHeld(port), $"{port}"));
            }
            finally
            {
                locks.ForEach(held => held.Dispose());
            }
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task Fixtures_in_several_processes_never_share_a_port_of_their_blocks()
    {
        // Together they ask for a quarter of all ports at the same time.
        var state = Directory.CreateTempSubdirectory("testreaper-state-");
        var hosts = Enumerable.Range(0, 2).Select(_ => PortHost.Start(state.FullName, servers: 6, length: 500)).ToList();
        try
        {
            var bases = (await Task.WhenAll(hosts.Select(host => host.ReadPortsAsync()))).SelectMany(ports => ports).Order().ToList();

            Assert.Equal(12, bases.Count);
            Assert.All(bases.Zip(bases.Skip(1)), pair => Assert.True(pair.Second - pair.First >= 500, $"{pair}"));
        }
        finally
        {
            hosts.ForEach(host => host.Dispose());
            state.Delete(recursive: true);
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task A_host_without_descriptors_for_its_block_says_so_and_gives_its_locks_back()
    {
        var state = Directory.CreateTempSubdirectory("testreaper-state-");
        try
        {
            using var host = PortHost.StartWithLimit(state.FullName, files: 400, length: 1000);

            var line = await host.ReadLineAsync();

            Assert.StartsWith("refused ServerStartException: The server could not be started: ", line, StringComparison.Ordinal);
            Assert.Contains("raise the limit (ulimit -n), or shorten the block", line, StringComparison.Ordinal);
            Assert.Single(await host.ReadPortsAsync());
        }
        finally
        {
            state.Delete(recursive: true);
        }
    }

    private static (List<int> Ports, List<IDisposable> Locks) AllocateAll()
    {
        var allocator = new PortAllocator(new LinuxPlatform { Sockets = new FewPorts() });
        var (ports, locks) = (new List<int>(), new List<IDisposable>());
        var failure = Assert.Throws<IOException>(() =>
        {
            while (ports.Count < 1000)
            {
                var (port, more) = allocator.Allocate(Block);
                ports.AddRange(Block.Select(offset => port + offset));
                locks.AddRange(more);
            }
        });
        Assert.Contains(
            "No block of 8 ports at 229 places outside the ephemeral range (1, 65299) is free", failure.Message, StringComparison.Ordinal);
        return (ports, locks);
    }

    /// <summary>Almost every port is ephemeral.</summary>
    private sealed class FewPorts : ISocketTable
    {
        private readonly ISocketTable _sockets = ProcessPlatform.Current.Sockets;

        public (int First, int Last) EphemeralPorts => AlmostAll;

        public ListenerHolder FindListener(IPEndPoint endpoint, IReadOnlyCollection<int> treePids) =>
            _sockets.FindListener(endpoint, treePids);

        public ListenerHolder FindPortHolder(IPEndPoint endpoint, bool listenersOnly) => _sockets.FindPortHolder(endpoint, listenersOnly);

        public ListenerHolder FindUnixListener(string path, IReadOnlyCollection<int> treePids) => _sockets.FindUnixListener(path, treePids);

        public TreeListeners FindListenersOf(IReadOnlyCollection<int> pids) => _sockets.FindListenersOf(pids);
    }
}
