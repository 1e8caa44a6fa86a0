using TestReaper.Leaks;
using Xunit;

namespace TestReaper.Tests.Leaks;

public sealed class LeakTextTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    [Fact(Timeout = 30_000)]
    public async Task The_message_has_each_process_its_starter_its_resources_and_the_fix()
    {
        await Task.CompletedTask;
        LeakedProcess[] leaked =
        [
            new()
            {
                ProcessId = 10,
                ParentProcessId = 1,
                CommandLine = "/opt/server/launch --port 1",
                Age = TimeSpan.FromSeconds(12.34),
                StartedBy = "started by X",
                ListeningPorts = [80, 81],
            },
            new()
            {
                ProcessId = 11,
                ParentProcessId = 10,
                CommandLine = "worker",
                DeviceFiles = ["/dev/nvidia0", "/dev/nvidiactl"],
                LockedMemory = 3 * 1024 * 1024,
            },
        ];

        Assert.Equal(
            """
            My.Tests left 2 processes running, 30.0 s after its end:
            └─ 10 launch --port 1  (running for 12.3 s, started by X, listens on 80, 81)
               └─ 11 worker  (has open /dev/nvidia0, /dev/nvidiactl, 3 MiB locked)
            They were killed, with all their descendants.
            Start them through a TestReaper fixture, or stop them in the teardown: Kill(entireProcessTree: true), then WaitForExit.
            Only the fixture finds a daemon that left the tree.
            To allow a program to stay, write [AssertReaped(Ignore = ["name"])].
            """,
            new LeakText("My.Tests", Timeout, leaked) { IgnoreSyntax = "[AssertReaped(Ignore = [\"name\"])]" }.ToString());
    }

    [Fact(Timeout = 30_000)]
    public async Task The_message_says_what_could_not_be_killed_and_what_was_not_checked()
    {
        await Task.CompletedTask;

        var text = new LeakText("T", Timeout, [new() { ProcessId = 10, ParentProcessId = 1, CommandLine = "x" }])
        {
            KillFailure = "10 lives.",
            IsExclusive = false,
            IgnoreSyntax = "Ignore",
        }.ToString();

        Assert.StartsWith(
            $"T left 1 process running, 30.0 s after its end:{Environment.NewLine}└─ 10 x{Environment.NewLine}" +
            "Not all of them could be killed: 10 lives.",
            text,
            StringComparison.Ordinal);
        Assert.EndsWith(
            "Only processes that were started through TestReaper were checked, because other tests ran at the same time.",
            text,
            StringComparison.Ordinal);
        Assert.DoesNotContain("Ignore", text, StringComparison.Ordinal);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(0.04, "0.0 s")]
    [InlineData(59.9, "59.9 s")]
    [InlineData(61, "1:01")]
    [InlineData(3599, "59:59")]
    [InlineData(3661, "1:01:01")]
    [InlineData(100 * 3600, "4.04:00:00")]
    public async Task An_age_has_no_leading_zero_units(double seconds, string expected)
    {
        await Task.CompletedTask;
        var process = new LeakedProcess { ProcessId = 5, ParentProcessId = 1, CommandLine = "x", Age = TimeSpan.FromSeconds(seconds) };

        Assert.Equal($"pid 5 x (running for {expected})", process.ToString());
    }

    [Fact(Timeout = 30_000)]
    public async Task Unknown_properties_of_a_process_are_left_out()
    {
        await Task.CompletedTask;

        Assert.Equal("pid 5 x", $"{new LeakedProcess { ProcessId = 5, ParentProcessId = 1, CommandLine = "x" }}");
    }
}
