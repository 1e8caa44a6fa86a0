using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Acceptance;

/// <summary>The class that leaks is the class that fails, under the ordinary runner of each framework, with the packages a user installs.</summary>
public sealed class AssertReapedTests(Workshop workshop) : IClassFixture<Workshop>
{
    private static readonly string[] Current = ["xUnit v2", "xUnit v3 VSTest", "xUnit v3 MTP", "NUnit VSTest", "NUnit MTP"];
    private static readonly string[] ForEachMechanism = ["Clean", "LeakDaemon", "StoppingThrows"];
    private static readonly string[] ForOldAdapters = ["Clean", "LeakBare", "LeakDaemon", "AllSkipped", "PortHeld", "StoppingThrows"];

    public static TheoryData<string, string> Matrix()
    {
        var rows = new TheoryData<string, string>();
        foreach (var kind in SuiteKind.Each)
        {
            var isCurrent = Current.Contains(kind.Name);
            foreach (var one in SuiteCase.Each.Where(one => isCurrent ? !ForEachMechanism.Contains(one.Name) : ForOldAdapters.Contains(one.Name)))
            {
                rows.Add(one.Name, kind.Name);
            }
        }

        return rows;
    }

    public static TheoryData<string, string> Mechanisms()
    {
        var rows = new TheoryData<string, string>();
        foreach (var kind in Current)
        {
            foreach (var one in ForEachMechanism)
            {
                rows.Add(one, kind);
            }
        }

        return rows;
    }

    [Theory(Timeout = 300_000)]
    [Trait("Category", "Full")]
    [MemberData(nameof(Matrix))]
    public Task The_class_that_leaks_is_the_class_that_fails(string suiteCase, string kind) => RunAsync(SuiteCase.Of(suiteCase), SuiteKind.Of(kind));

    [Theory(Timeout = 300_000)]
    [MemberData(nameof(Mechanisms))]
    public Task One_case_for_each_mechanism_and_framework(string suiteCase, string kind) => RunAsync(SuiteCase.Of(suiteCase), SuiteKind.Of(kind));

    private async Task RunAsync(SuiteCase suiteCase, SuiteKind kind)
    {
        using var registry = new ProcessRegistry();
        var project = await workshop.SuiteAsync(kind);

        var run = await SuiteRun.OfAsync(kind, project, suiteCase.Prefix, suiteCase.Method is not null, registry);

        var expected = suiteCase.Expected(kind);
        Assert.True(expected == run.OnConsole, $"Expected {expected}, but the console has {run.OnConsole}:{Environment.NewLine}{run.Console}");
        Assert.Equal(expected, run.InTrx);
        Assert.Equal(expected.Failed > 0, run.ExitCode != 0);
        var failed = run.Trx.Where(result => result.Outcome == "Failed").ToList();
        Assert.All(failed, result => Assert.Contains(suiteCase.Blamed, name => result.Name.Contains(name, StringComparison.Ordinal) || result.Message.Contains(name, StringComparison.Ordinal)));
        if (expected.Failed > 0)
        {
            var message = suiteCase.Message ?? $"--role {suiteCase.Role}";
            Assert.Contains(failed, result => result.Message.Contains(message, StringComparison.Ordinal));
            Assert.Contains(message, run.Console, StringComparison.Ordinal);
        }

        Assert.Contains(registry.Registered(), process => process.Role.StartsWith(suiteCase.Role, StringComparison.Ordinal));
        registry.AssertNoneAlive();
    }
}
