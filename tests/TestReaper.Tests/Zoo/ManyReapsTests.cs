using System.Diagnostics;
using System.Runtime.Versioning;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Servers;
using Xunit;

namespace TestReaper.Tests.Zoo;

/// <summary>Many concurrent reaps on a machine with thousands of other processes, some of which start and exit all the time.</summary>
[SupportedOSPlatform("linux")]
public sealed class ManyReapsTests : RunningServers
{
    private const int Servers = 20, Bystanders = 3000, Churners = 1;
    private static readonly ReapOptions Options = new()
    {
        GracePeriod = TimeSpan.Zero,
        Timeout = TimeSpan.FromSeconds(10),
        ReleaseTimeout = TimeSpan.FromSeconds(2),
    };

    // Each process ends by itself, in case this host dies first.
    private static readonly string Crowd =
        $"i=0; while [ $i -lt {Churners} ]; do (timeout --foreground 100 sh -c 'while :; do /bin/true; done') & i=$((i+1)); done; "
        + $"i=0; while [ $i -lt {Bystanders} ]; do sleep 100 & i=$((i+1)); done; echo up; wait";

    [SkippableTheory(Timeout = 90_000)]
    [Trait("Category", "Full")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Twenty_servers_are_reaped_concurrently_beside_thousands_of_bystanders(bool areYounger)
    {
        await using var older = areYounger ? null : await CrowdAsync();
        using var bystander = await Bystander.StartAsync();
        var servers = new List<ServerProcess>();
        for (var i = 0; i < Servers; i++)
        {
            servers.Add(await StartAsync(Program() with { Reap = Options }));
        }

        await using var younger = areYounger ? await CrowdAsync() : null;
        await Registry.WaitForAsync(Servers, "root");
        var start = Stopwatch.GetTimestamp();

        var reports = await Task.WhenAll(servers.Select(server => Task.Run(() => server.ReapAsync())));

        Assert.True(Stopwatch.GetElapsedTime(start) < Options.Timeout + Options.ReleaseTimeout + TimeSpan.FromSeconds(1));
        var reaped = reports.Select(report => Assert.Single(report.Processes).ProcessId);
        Assert.Equal(servers.Select(server => server.ProcessId).Order(), reaped.Order());
        Registry.AssertNoneAlive();
        bystander.AssertAlive();
        Assert.False((older ?? younger)!.HasExited, "The bystanders' parent has been killed.");
    }

    private static async Task<Group> CrowdAsync()
    {
        var group = new Group(Programs.Require("setsid"), Crowd);
        await group.IsUp;
        return group;
    }

    /// <summary>A shell in its own session and group, with all processes that it starts.</summary>
    private sealed class Group : IAsyncDisposable
    {
        private readonly Process _leader;

        public Group(string setsid, string script)
        {
            _leader = Process.Start(new ProcessStartInfo(setsid, ["/bin/sh", "-c", script]) { RedirectStandardOutput = true })!;
            IsUp = _leader.StandardOutput.ReadLineAsync();
        }

        public Task<string?> IsUp { get; }

        public bool HasExited => _leader.HasExited;

        // While the leader is alive it is not collected, so its pid is the id of its group and of no other. The wait at the end is for
        // zombies, which would slow down the next test.
        public async ValueTask DisposeAsync()
        {
            if (!_leader.HasExited)
            {
                _ = LibC.kill(-_leader.Id, LibC.SIGKILL);
                await _leader.WaitForExitAsync();
                await Poll.UntilAsync(() => LibC.kill(-_leader.Id, 0) != 0, "the end of the bystanders", TimeSpan.FromSeconds(25));
            }

            _leader.Dispose();
        }
    }
}
