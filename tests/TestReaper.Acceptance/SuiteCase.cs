namespace TestReaper.Acceptance;

/// <summary>One namespace of the suites, and what must come of it.</summary>
/// <param name="Name">The namespace below Cases.</param>
/// <param name="Xunit">Under xUnit, where a leak is a test of its own.</param>
/// <param name="NUnit">Under NUnit, where the last test of the class fails for it.</param>
public sealed record SuiteCase(string Name, Counts Xunit, Counts NUnit)
{
    private static readonly Counts Green = new(1, 0, 0), GreenAndLeak = new(1, 1, 0), Red = new(0, 1, 0), RedAndLeak = new(0, 2, 0);

    public static IReadOnlyList<SuiteCase> Each { get; } =
    [
        new("Clean", Green, Green) { Role = "clean" },
        new("LeakBare", GreenAndLeak, Red) { Role = "leak-bare", Blamed = ["LeakBareTests"] },
        new("LeakDaemon", GreenAndLeak, Red) { Role = "leak-daemon", Blamed = ["LeakDaemonTests"] },
        new("LeakFixture", GreenAndLeak, Red) { Role = "leak-fixture", Blamed = ["LeakFixtureTests"] },
        new("SlowExit", Green, Green) { Role = "slow-exit" },
        new("AllSkipped", new(0, 1, 1), Red) { Role = "all-skipped", Blamed = ["AllSkippedTests"] },
        new("FailsItself", RedAndLeak, Red) { Role = "fails-itself", Blamed = ["FailsItselfTests"], Message = "its own failure" },
        new("Parameterised", new(2, 1, 0), GreenAndLeak) { Role = "parameterised", Blamed = ["ParameterisedTests"] },
        new("CtorThrows", RedAndLeak, Red) { Role = "ctor-throws", Blamed = ["CtorThrowsTests"] },
        new("InitThrows", RedAndLeak, Red) { Role = "init-throws", Blamed = ["InitThrowsTests"] },
        new("Parallel", new(12, 2, 0), new(10, 2, 0)) { Role = "parallel-leak", Blamed = ["LeakyOne", "LeakyTwo"] },
        new("FilterOne", GreenAndLeak, Red) { Role = "filter-one", Blamed = ["FilterOneTests"], Method = "FilterOneTests.Chosen" },
        new("PortHeld", GreenAndLeak, Red) { Role = "port-held", Blamed = ["shared server", "PortHeldTests"], Message = "not all that they held is free" },
        new("StoppingThrows", GreenAndLeak, Red) { Role = "stopping-throws", Blamed = ["StoppingThrowsTests"], Message = "no farewell" },
        new("Shared", new(2, 0, 0), new(2, 0, 0)) { Role = "shared" },
        new("Skipped", new(0, 0, 1), new(0, 0, 1)) { Role = "skipped" },
        new("StartFails", Red, Red) { Role = "start-fails", Blamed = ["StartFailsTests", "It_says_why"], Message = "not ready" },
        new("Inherited", GreenAndLeak, Red) { Role = "inherited", Blamed = ["InheritedTests"] },
        new("Ignored", Green, Green) { Role = "ignored", MaySurvive = true },
        new("NotExclusive", GreenAndLeak, Red) { Role = "not-exclusive", Blamed = ["NotExclusiveTests"] },
    ];

    public static SuiteCase WholeRun { get; } =
        new("WholeRun", GreenAndLeak, Red) { Role = "whole-run", Blamed = ["SuiteXunitV2 [AssertRunReaped]", "SuiteXunitV3 [AssertRunReaped]", "SuiteNUnit"] };

    /// <summary>Blamed is the last test below the set-up fixture.</summary>
    public static SuiteCase SetUpFixture { get; } =
        new("SetUpFixture", new(0, 0, 0), new(1, 1, 1)) { Role = "set-up-fixture", Blamed = ["NamespaceServer", "Cases.SetUpFixture"], Message = "no farewell" };

    /// <summary>How its processes are named in the registry.</summary>
    public required string Role { get; init; }

    /// <summary>What the failed tests are named after; each failed one after one of them.</summary>
    public string[] Blamed { get; init; } = [];

    /// <summary>What the messages hold; the leaked process by default.</summary>
    public string? Message { get; init; }

    public string? Method { get; init; }

    /// <summary>Whether a process may live on.</summary>
    public bool MaySurvive { get; init; }

    public string Prefix => $"Cases.{Name}{(Method is null ? "" : "." + Method)}";

    public Counts Expected(SuiteKind kind) => kind.IsNUnit ? NUnit : Xunit;

    public static SuiteCase Of(string name) => Each.Append(WholeRun).Append(SetUpFixture).Single(one => one.Name == name);

    public override string ToString() => Name;
}
