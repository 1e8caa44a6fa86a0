using TestReaper.Leaks;
using TestReaper.Processes;
using TestReaper.Tests.Processes;
using Xunit;

namespace TestReaper.Tests.Leaks;

public sealed class LeakKillTests
{
    private const string Key = "sk-leak-2236067977";

    [Fact(Timeout = 30_000)]
    public async Task A_survivor_is_named_without_the_secrets_of_its_environment()
    {
        var system = new FakePlatform();
        var root = system.Add(100, 100, Environment.ProcessId);
        (root.IsImmortal, root.CommandLine, root.Environment) = (true, $"server {Key}", [KeyValuePair.Create("API_KEY", Key)]);

        // The kill of its tree may change what can be read about it.
        var tree = new LiveTree(new TreeTracker(system, scope: null), Owner: null, "Start", () =>
        {
            root.Environment = [];
            return Task.CompletedTask;
        });

        var failure = await LeakKill.RunAsync(system, [root.Entry], [tree], _ => false, system.Time);

        Assert.Contains("server ***", failure!.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, failure.Text, StringComparison.Ordinal);
    }
}
