using TestReaper.Leaks;
using Xunit;

namespace TestReaper.Tests.Leaks;

public sealed class LeakTextTests
{
    private static readonly LeakCheckOptions Alone = LeakCheckOptions.Of(30, isExclusive: true, ignore: null);

    [Fact(Timeout = 30_000)]
    public async Task It_says_what_is_left_who_started_it_what_it_holds_and_how_to_mend_it()
    {
        await Task.CompletedTask;
        LeakedProcess[] leaked =
        [
            new() { ProcessId = 10, ParentProcessId = 1, CommandLine = "/opt/server/launch --port 1", Age = TimeSpan.FromSeconds(12.34), StartedBy = "started by X", ListeningPorts = [80, 81] },
            new() { ProcessId = 11, ParentProcessId = 10, CommandLine = "worker", DeviceFiles = ["/dev/nvidia0", "/dev/nvidiactl"], LockedMemory = 3 * 1024 * 1024 },
        ];

        Assert.Equal(
            """
            My.Tests left 2 processes running, 30.0 s after its end:
            └─ 10 launch --port 1  (running for 12.3 s, started by X, listens on 80, 81)
               └─ 11 worker  (has open /dev/nvidia0, /dev/nvidiactl, 3 MiB locked)
            Killed now, with all below.
            Start it through the fixture (ServerProcessFixture.Start, Track or StartServerAsync), or stop it in the teardown: Kill(entireProcessTree: true) and then WaitForExit. A daemon that left the tree is found only by the fixture.
            What may stay can be named: [AssertReaped(Ignore = ["name"])].
            """,
            LeakText.Message("My.Tests", Alone, leaked, killFailure: null));
    }

    [Fact(Timeout = 30_000)]
    public async Task It_says_what_could_not_be_killed_and_what_was_not_looked_at()
    {
        await Task.CompletedTask;

        var text = LeakText.Message("T", Alone with { IsExclusive = false }, [new() { ProcessId = 10, ParentProcessId = 1, CommandLine = "x" }], killFailure: "10 lives.");

        Assert.StartsWith($"T left 1 process running, 30.0 s after its end:{Environment.NewLine}└─ 10 x{Environment.NewLine}Not all of it could be killed: 10 lives.", text, StringComparison.Ordinal);
        Assert.EndsWith("With Exclusive = false only what went through TestReaper was looked at: other classes were running.", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Ignore", text, StringComparison.Ordinal);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(0.04, "0.0 s")]
    [InlineData(59.9, "59.9 s")]
    [InlineData(61, "1:01")]
    [InlineData(3599, "59:59")]
    [InlineData(3661, "1:01:01")]
    [InlineData(100 * 3600, "4.04:00:00")]
    public async Task An_age_is_as_long_as_it_needs(double seconds, string expected)
    {
        await Task.CompletedTask;
        var process = new LeakedProcess { ProcessId = 5, ParentProcessId = 1, CommandLine = "x", Age = TimeSpan.FromSeconds(seconds) };

        Assert.Equal($"pid 5 x (running for {expected})", process.ToString());
    }

    [Fact(Timeout = 30_000)]
    public async Task What_is_unknown_of_a_process_is_not_said()
    {
        await Task.CompletedTask;

        Assert.Equal("pid 5 x", $"{new LeakedProcess { ProcessId = 5, ParentProcessId = 1, CommandLine = "x" }}");
    }
}
