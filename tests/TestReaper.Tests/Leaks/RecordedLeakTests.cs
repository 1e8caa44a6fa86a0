using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using TestReaper.Extensibility;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Servers;
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
