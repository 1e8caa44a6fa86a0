using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Acceptance;

/// <summary>The class that leaks is the class that fails, with the standard runner of each framework and the released packages.</summary>
public sealed class AssertReapedTests(Workspace workspace) : IClassFixture<Workspace>
{
    private static readonly string[] ForEachMechanism = ["Clean", "LeakDaemon", "StoppingThrows"];
    private static readonly string[] ForOtherKinds = ["Clean", "LeakBare", "LeakDaemon", "AllSkipped", "PortHeld", "StoppingThrows"];

    private static IEnumerable<SuiteCase> CasesOfFullTier => SuiteCase.All.Where(one => !ForEachMechanism.Contains(one.Name));

    public static TheoryData<string, string> Matrix() => CreateRows(
    [
        .. SuiteKind.Current.SelectMany(kind => CasesOfFullTier.Select(one => (one, kind))),
        .. SuiteKind.Others.SelectMany(kind => ForOtherKinds.Select(one => (SuiteCase.Get(one), kind))),
        .. SuiteKind.WholeRun.Select(kind => (SuiteCase.WholeRun, kind)),
        .. SuiteKind.FSharp.Select(kind => (SuiteCase.Get("LeakBare"), kind)),
        .. SuiteKind.Current.Where(kind => kind.IsNUnit).Select(kind => (SuiteCase.SetUpFixture, kind)),
    ]);

    public static TheoryData<string, string> Mechanisms() =>
        CreateRows(SuiteKind.Current.SelectMany(kind => ForEachMechanism.Select(one => (SuiteCase.Get(one), kind))));

    [Theory(Timeout = 300_000)]
    [Trait("Category", "Full")]
    [MemberData(nameof(Matrix))]
    public Task The_class_that_leaks_is_the_class_that_fails(string suiteCase, string kind) =>
        RunAsync(SuiteCase.Get(suiteCase), SuiteKind.Get(kind));

    [Theory(Timeout = 300_000)]
    [MemberData(nameof(Mechanisms))]
    public Task Each_mechanism_works_with_each_framework(string suiteCase, string kind) =>
        RunAsync(SuiteCase.Get(suiteCase), SuiteKind.Get(kind));

    /// <summary>NUnit counts no failed test if a OneTimeTearDown throws, so that only the exit code shows the failure.</summary>
    [Theory(Timeout = 300_000)]
    [Trait("Category", "Full")]
    [InlineData("Clean", false)]
    [InlineData("LeakBare", true)]
    [InlineData("StoppingThrows", true)]
    public async Task A_version_of_NUnit_without_the_listener_still_fails_the_run(string suiteCase, bool fails)
    {
        var (one, registry) = (SuiteCase.Get(suiteCase), new ProcessRegistry());
        using (registry)
        {
            var run = await RunAsync(one, SuiteKind.WithoutListener, registry);

            Assert.Equal(new Counts(1, 0, 0), run.OnConsole);
            Assert.Equal(fails, run.ExitCode != 0);
            AssertNothingLeft(one, registry);
        }
    }

    private static TheoryData<string, string> CreateRows(IEnumerable<(SuiteCase Case, SuiteKind Kind)> pairs)
    {
        var rows = new TheoryData<string, string>();
        foreach (var (one, kind) in pairs)
        {
            rows.Add(one.Name, kind.Name);
        }

        return rows;
    }

    private static void AssertNothingLeft(SuiteCase suiteCase, ProcessRegistry registry)
    {
        Assert.Contains(registry.Registered(), process => process.Role.StartsWith(suiteCase.Role, StringComparison.Ordinal));
        if (!suiteCase.MaySurvive)
        {
            registry.AssertNoneAlive();
        }
    }

    private async Task RunAsync(SuiteCase suiteCase, SuiteKind kind)
    {
        using var registry = new ProcessRegistry();
        var run = await RunAsync(suiteCase, kind, registry);

        var expected = suiteCase.GetExpected(kind);
        Assert.True(
            expected == run.OnConsole,
            $"Expected {expected}, but the console has {run.OnConsole}:{Environment.NewLine}{run.Console}");
        Assert.Equal(expected, run.InTrx);
        Assert.True(expected.Failed > 0 == (run.ExitCode != 0) || HasOnlySkippedTests(run, kind), $"exit code {run.ExitCode}");
        var failed = run.Trx.Where(result => result.Outcome == "Failed").ToList();
        Assert.All(failed, result => Assert.Contains(
            suiteCase.Blamed,
            name => result.Name.Contains(name, StringComparison.Ordinal) || result.Message.Contains(name, StringComparison.Ordinal)));
        if (expected.Failed > 0)
        {
            var message = suiteCase.Message ?? $"--role {suiteCase.Role}";
            Assert.Contains(failed, result => result.Message.Contains(message, StringComparison.Ordinal));
            Assert.Contains(message, run.Console, StringComparison.Ordinal);
        }

        AssertNothingLeft(suiteCase, registry);
    }

    // Microsoft.Testing.Platform exits with 8 if no test ran.
    private static bool HasOnlySkippedTests(SuiteRun run, SuiteKind kind) =>
        kind.IsMtp && run.ExitCode == 8 && run.OnConsole is { Passed: 0, Failed: 0, Skipped: > 0 };

    private async Task<SuiteRun> RunAsync(SuiteCase suiteCase, SuiteKind kind, ProcessRegistry registry) =>
        await SuiteRun.RunAsync(kind, await workspace.GetProjectAsync(kind), suiteCase.Prefix, suiteCase.Method is not null, registry);
}
