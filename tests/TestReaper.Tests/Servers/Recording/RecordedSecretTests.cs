using System.Diagnostics;
using TestReaper.Platform;
using TestReaper.Servers.Recording;
using TestReaper.Tests.Platform;
using Xunit;

namespace TestReaper.Tests.Servers.Recording;

/// <summary>A recording shows nothing of a process whose secrets it does not know, and nothing of another process.</summary>
public sealed class RecordedSecretTests
{
    private const string Key = "sk-tool-1414213562";
    private const string Argument = "0.1618033988";
    private static readonly string[] Hanging = ["-c", "echo up; exec sleep 600"];

    [Fact(Timeout = 60_000)]
    public async Task A_process_whose_environment_gives_no_answer_gets_no_tool_and_shows_no_command_line()
    {
        using var process = await RecordedProcess.StartAsync("/bin/sh", "-c", $"echo up; exec sleep 600 {Argument}");
        process.AddScript("eu-stack", "echo native stack");
        process.Platform = WrappedTable.WithEnvironment(_ => null);

        var text = await process.RecordAsync();

        Assert.Contains($"== process {process.Pid}: [sleep]", text, StringComparison.Ordinal);
        Assert.Contains($"could not be read in time: {process.Pid}. So their secrets are unknown", text, StringComparison.Ordinal);
        Assert.Contains("state S (sleeping)", text, StringComparison.Ordinal);
        Assert.DoesNotContain("native stack", text, StringComparison.Ordinal);
        Assert.DoesNotContain(Argument, text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_environment_that_gives_no_answer_is_read_once_more()
    {
        using var process = await RecordedProcess.StartAsync("/bin/sh", Hanging);
        process.AddScript("eu-stack", $"echo frame {Key}");
        var reads = 0;
        process.Platform = WrappedTable.WithEnvironment(
            pid => pid == process.Pid && ++reads == 1 ? null : [KeyValuePair.Create("API_KEY", Key)]);

        var text = await process.RecordAsync();

        Assert.Contains("frame ***", text, StringComparison.Ordinal);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_process_whose_memory_is_locked_is_recorded_without_stacks()
    {
        using var hung = HungMemory.Require();
        var process = hung.Start();
        await HungMemory.WaitUntilLockedAsync(process.Id);
        Assert.Equal(ReadOutcome.Read, ProcessPlatform.Current.Processes.TryRead(process.Id, out var entry));
        using var other = await RecordedProcess.StartAsync("/bin/sh", Hanging);
        other.AddScript("eu-stack", "echo frame of $2");

        var request = other.CreateRequest();
        var file = await FlightRecorder.RecordAsync(request with { Processes = [entry.Identity, .. request.Processes] });

        var text = await File.ReadAllTextAsync(file!);
        Assert.Contains($"== process {process.Id}: [hung]", text, StringComparison.Ordinal);
        Assert.Contains("state D", text, StringComparison.Ordinal);
        Assert.DoesNotContain($"frame of {process.Id}", text, StringComparison.Ordinal);
        Assert.Contains($"frame of {other.Pid}", text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_command_line_of_a_process_that_has_got_the_pid_is_not_shown()
    {
        using var process = await RecordedProcess.StartAsync("/bin/sh", "-c", $"echo up; exec sleep 600 {Argument}");
        var request = process.CreateRequest();
        var earlier = process.Identity with { StartTime = process.Identity.StartTime - 1 };

        var file = await FlightRecorder.RecordAsync(request with { Processes = [earlier] });

        var text = await File.ReadAllTextAsync(file!);
        Assert.Contains("It has exited, or cannot be read.", text, StringComparison.Ordinal);
        Assert.DoesNotContain(Argument, text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_secret_is_masked_although_the_tool_writes_to_its_other_pipe_in_between()
    {
        using var process = await RecordedProcess.StartAsync("/usr/bin/env", ["SERVER_TOKEN=" + Key, "sh", .. Hanging]);
        process.AddScript("eu-stack", $"printf 'frame {Key[..9]}'; sleep 0.5; echo noise >&2; sleep 0.5; echo '{Key[9..]}'");

        var text = await process.RecordAsync();

        Assert.Contains("frame ***", text, StringComparison.Ordinal);
        Assert.Contains("noise", text, StringComparison.Ordinal);
        Assert.DoesNotContain(Key[..9], text, StringComparison.Ordinal);
        Assert.DoesNotContain(Key[9..], text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_read_that_never_returns_does_not_delay_the_caller_beyond_the_limit()
    {
        using var process = await RecordedProcess.StartAsync("/bin/sh", Hanging);
        using var end = new ManualResetEventSlim();
        process.Platform = WrappedTable.WithEnvironment(_ =>
        {
            end.Wait();
            return null;
        });
        var start = Stopwatch.GetTimestamp();

        var text = await process.RecordAsync(TimeSpan.FromSeconds(3));

        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(5));
        Assert.StartsWith("It hangs.", text, StringComparison.Ordinal);
        end.Set();
    }

    [Theory(Timeout = 60_000)]
    [InlineData("file")]
    [InlineData("link")]
    public async Task A_file_that_exists_is_neither_changed_nor_returned(string kind)
    {
        using var process = await RecordedProcess.StartAsync("/bin/sh", Hanging);
        var request = process.CreateRequest();
        var target = kind == "file" ? request.File : request.File + ".other";
        await File.WriteAllTextAsync(target, "of another user");
        if (kind == "link")
        {
            File.CreateSymbolicLink(request.File, target);
        }

        Assert.Null(await FlightRecorder.RecordAsync(request));

        Assert.Equal("of another user", await File.ReadAllTextAsync(target));
    }
}
