using System.Runtime.Versioning;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.SharedMemory;
using TestReaper.Tests.Zoo;
using Xunit;
using Xunit.Abstractions;

namespace TestReaper.Tests.RealServers;

/// <summary>
/// Tests the stack on which sglang and vLLM are built. However the server ends, it leaves no process, no port and nothing in
/// /dev/shm, and the shared memory of unrelated processes stays.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class PyTorchTests(ITestOutputHelper output) : SharedMemoryTest
{
    private const int Rounds = 20;

    // Three processes import torch, and other tests use the machine at the same time.
    private static readonly TimeSpan Startup = TimeSpan.FromMinutes(2), Clean = TimeSpan.FromSeconds(20);

    [SkippableTheory(Timeout = 300_000)]
    [InlineData("hung workers")]
    public Task Nothing_is_left_of_a_PyTorch_server(string end) => RunAsync(end, rounds: 1);

    [SkippableTheory(Timeout = 3_600_000)]
    [Trait("Category", "Full")]
    [InlineData("orderly stop")]
    [InlineData("hung workers")]
    [InlineData("worker killed in mid-request")]
    [InlineData("host killed")]
    public Task Nothing_is_left_of_a_PyTorch_server_in_many_rounds(string end) => RunAsync(end, Rounds);

    private async Task RunAsync(string end, int rounds)
    {
        PyTorchServer.Require();
        var (held, loose) = (NewName(), NewName());
        var neighbour = await NeighbourAsync("create", held, "semaphore", held);
        Stop(await NeighbourAsync("touch", loose));

        for (var round = 0; round < rounds; round++)
        {
            var later = NewName();
            await (end == "host killed" ? KillHostAsync(later) : ReapAsync(end, round, later));
            Assert.True(
                Exists(held) && Exists("sem." + held) && Exists(loose) && Exists(later),
                $"A segment of a neighbour is gone in round {round}.");
            Assert.False(neighbour.HasExited);
        }
    }

    private async Task ReapAsync(string end, int round, string later)
    {
        var port = FreePort.Next();
        var command = PyTorchServer.Command(port);
        var logger = new ListLogger();
        await using var server = await ServerProcess.StartAsync(
            new ServerProcessOptions
            {
                FileName = command[0],
                Arguments = command[1..],
                Endpoint = new Uri($"http://127.0.0.1:{port}/"),
                Readiness = Readiness.Http("/health"),
                StartupTimeout = Startup,
                Reap = new ReapOptions { GracePeriod = TimeSpan.FromSeconds(end == "hung workers" ? 4 : 10) },
            },
            logger);
        var parts = new PyTorchServer(server.ProcessId, port);
        await parts.UseAsync();
        Stop(await NeighbourAsync("touch", later));
        if (end == "hung workers")
        {
            Assert.All(parts.Ranks, rank => Assert.Equal(0, LibC.kill(rank, LibC.SIGSTOP)));
        }
        else if (end == "worker killed in mid-request")
        {
            await parts.BeginRequestAsync();
            Assert.Equal(0, LibC.kill(parts.Ranks[round % 2], LibC.SIGKILL));
        }

        var report = await server.ReapAsync();

        output.WriteLine($"{report}");
        parts.AssertNothingLeft($"{report}");
        Assert.True(report.Processes.Count >= parts.Processes.Count, $"{report}");
    }

    private async Task KillHostAsync(string later)
    {
        var port = FreePort.Next();
        using var host = ZooHost.Start(ZooHost.Command(LayerSet.All, ["--stdin", "--", .. PyTorchServer.Command(port)]));
        var root = 0;
        await Poll.UntilAsync(() => (root = ChildOf(host.Pid)) != 0 && !FreePort.IsFree(port), "the server to listen", Startup);
        var parts = new PyTorchServer(root, port);
        await parts.UseAsync();
        Stop(await NeighbourAsync("touch", later));

        Assert.Equal(0, LibC.kill(host.Pid, LibC.SIGKILL));

        await Poll.UntilAsync(
            () => parts.Processes.All(member => !member.IsAlive()) && FreePort.IsFree(port) && parts.Left().Count == 0,
            () => $"nothing to be left; {string.Join(' ', parts.Left())}",
            Clean);
        parts.AssertNothingLeft("The host was killed.");
    }

    private static int ChildOf(int host) => Family.Of(host).Select(member => member.Pid)
        .FirstOrDefault(pid => ProcStat.ParentOf(pid) == host
            && File.ReadAllText($"/proc/{pid}/cmdline").Contains("server.py", StringComparison.Ordinal));
}
