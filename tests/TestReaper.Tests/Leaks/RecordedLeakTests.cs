using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using TestReaper.Extensibility;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Servers;
using TestReaper.Tests.Servers.Recording;
using Xunit;

namespace TestReaper.Tests.Leaks;

/// <summary>What outlives a class is recorded before it is killed.</summary>
public sealed class RecordedLeakTests : RunningServers
{
    [Fact(Timeout = 60_000)]
    public async Task A_process_that_outlives_its_class_is_recorded_in_a_file_that_the_failure_names()
    {
        using var host = new LeakHost();
        await host.BeginAsync();
        var pid = await host.StartAsync("leak", 2, "--children", "1");

        var leak = await host.EndLeakyAsync();

        var file = Regex.Match(leak.Message, "What they did before that: (.+)").Groups[1].Value;
        var text = await File.ReadAllTextAsync(file);
        File.Delete(file);
        Assert.StartsWith("Class has ended, but these processes still run.", text, StringComparison.Ordinal);
        Assert.Contains($"== process {pid}: {TestProgram.Path} ", text, StringComparison.Ordinal);
        Assert.All(
            host.Registry.Registered(), process => Assert.Contains($"== process {process.Pid}: ", text, StringComparison.Ordinal));
        host.Registry.AssertNoneAlive();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_process_whose_parent_exits_during_the_recording_is_killed_too()
    {
        var tools = Directory.CreateTempSubdirectory("testreaper-").FullName;
        var (ready, child) = (Path.Combine(tools, "ready"), Path.Combine(tools, "child"));
        RecordedProcess.AddScript(tools, "eu-stack", "kill -USR1 $2; sleep 1");
        var onSignal = $"setsid sleep 600 & echo $! > {child}.new; mv {child}.new {child}; exit";
        RecordedProcess.AddScript(tools, "leak", $"trap '{onSignal}' USR1; : > {ready}; while :; do sleep 0.1; done");
        var path = $"{tools}:{Environment.GetEnvironmentVariable("PATH")}";
        using var host = new LeakHost(environment: new Dictionary<string, string> { ["PATH"] = path });
        await host.BeginAsync();
        var parent = await host.StartAsync(Path.Combine(tools, "leak"), []);
        await Poll.UntilAsync(() => File.Exists(ready), "the leak");

        var leak = await host.EndLeakyAsync();

        Assert.True(File.Exists(child), $"The tool did not run: {leak.Message}");
        var pid = int.Parse(await File.ReadAllTextAsync(child), CultureInfo.InvariantCulture);
        Assert.Contains(parent, leak.Pids!);
        Assert.Contains(pid, leak.Pids!);
        Assert.True(ProcStat.StateOf(pid) is null or 'Z', $"Process {pid} is in state {ProcStat.StateOf(pid)}.");
        await host.BeginAsync();
        await host.EndCleanAsync();
        File.Delete(Regex.Match(leak.Message, "What they did before that: (.+)").Groups[1].Value);
        Directory.Delete(tools, recursive: true);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_name_of_a_class_can_be_longer_than_a_file_name()
    {
        var owner = new ProcessOwner(new string('x', 300) + "é/é");
        var options = new LeakCheckOptions { Label = "[AssertReaped]", Timeout = TimeSpan.Zero, IsExclusive = false };
        var check = LeakCheck.BeginForClass(owner, options, NullLogger.Instance)!;
        owner.Enter();
        await StartUntilAsync("up", Program("--print", "up"));

        var failure = Assert.IsType<ProcessLeakException>(await check.EndAsync());

        Assert.Equal([failure.StacksFile!], failure.Recordings);
        File.Delete(failure.StacksFile!);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task A_server_that_outlives_its_class_is_recorded_unless_an_option_is_off(bool isOnForServer, bool isOnForCheck)
    {
        var owner = new ProcessOwner("RecordedLeak");
        var options = new LeakCheckOptions
        {
            Label = "[AssertReaped]",
            Timeout = TimeSpan.Zero,
            IsExclusive = false,
            FlightRecorder = isOnForCheck,
        };
        var check = LeakCheck.BeginForClass(owner, options, NullLogger.Instance)!;
        owner.Enter();
        var server = await StartUntilAsync("up", Program("--print", "up") with { FlightRecorder = isOnForServer });

        var failure = Assert.IsType<ProcessLeakException>(await check.EndAsync());

        Assert.Equal(server.ProcessId, Assert.Single(failure.Processes).ProcessId);
        Assert.Equal(isOnForServer && isOnForCheck, failure.StacksFile is not null);
        if (failure.StacksFile is { } file)
        {
            Assert.Contains($"== process {server.ProcessId}: ", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
            File.Delete(file);
        }

        Registry.AssertNoneAlive();
    }
}
