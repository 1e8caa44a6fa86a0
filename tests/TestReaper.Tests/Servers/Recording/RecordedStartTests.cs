using System.Runtime.Versioning;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers.Recording;

/// <summary>A server that is not ready in time is recorded before it is killed.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class RecordedStartTests : StartingServers
{
    private const string Key = "sk-hang-3141592653";
    private static readonly IReadinessProbe Never = Readiness.Custom("the impossible", (_, _) => Task.FromResult(false));
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(2);

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_is_not_ready_in_time_is_recorded_in_a_file_that_the_exception_names()
    {
        var failure = await FailAsync(Server("--children", "1", "--daemon") with { Readiness = Never, StartupTimeout = Short });

        var file = failure.StacksFile!;
        Contains($"What it did then: {file}", failure.Message);
        Assert.Equal(LogDirectory, Path.GetDirectoryName(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        var text = await File.ReadAllTextAsync(file);
        Contains("The server was not ready within 2.0 s.", text);
        Assert.Equal(3, Registry.Registered().Count);
        Assert.All(Registry.Registered(), process => Contains($"== process {process.Pid}: {TestProgram.Path} ", text));
        Contains("state S (sleeping)", text);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task The_recording_shows_each_thread_and_what_it_waits_for()
    {
        var program = CProgram.Require("Servers/Recording/hang.c");

        var reap = new ReapOptions { GracePeriod = TimeSpan.Zero };
        var failure = await FailAsync(Program(program) with { Readiness = Never, StartupTimeout = Short, Reap = reap });

        var text = await File.ReadAllTextAsync(failure.StacksFile!);
        Contains("2 threads", text);
        Assert.Matches(@"S( in \S+)?: thread \d+ hang", text);
        Assert.Matches(@"S( in \S+)?: thread \d+ loader", text);
    }

    [Fact(Timeout = 60_000)]
    public async Task Secrets_are_masked_in_the_recording()
    {
        var options = Shell($"sh -c 'sleep 600; :' worker --api-key {Key} & wait") with
        {
            Environment = new Dictionary<string, string?> { ["SERVER_TOKEN"] = Key },
        };

        var failure = await FailAsync(options with { Readiness = Never, StartupTimeout = Short });

        var text = await File.ReadAllTextAsync(failure.StacksFile!);
        Contains("worker --api-key ***", text);
        Assert.DoesNotContain(Key, text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Nothing_is_recorded_if_the_option_is_off()
    {
        var failure = await FailAsync(Server() with { Readiness = Never, StartupTimeout = Short, FlightRecorder = false });

        Assert.Null(failure.StacksFile);
        Assert.DoesNotContain("What it did then", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(LogDirectory, "*.stacks*"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_exits_is_not_recorded()
    {
        var failure = await FailAsync(Server("--exit-after", "100") with { Readiness = Never });

        Assert.Null(failure.StacksFile);
        Assert.Empty(Directory.EnumerateFiles(LogDirectory, "*.stacks*"));
    }
}
