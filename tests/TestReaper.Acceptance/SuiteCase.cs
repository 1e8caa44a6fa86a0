namespace TestReaper.Acceptance;

/// <summary>One namespace of the suites, and its expected result.</summary>
/// <param name="Name">The namespace below Cases.</param>
/// <param name="Xunit">The result with xUnit, which reports a leak as an additional test.</param>
/// <param name="NUnit">The result with NUnit, which reports a leak as a failure of the last test of the class.</param>
public sealed record SuiteCase(string Name, Counts Xunit, Counts NUnit)
{
    private static readonly Counts Green = new(1, 0, 0), GreenAndLeak = new(1, 1, 0), Red = new(0, 1, 0), RedAndLeak = new(0, 2, 0);

    public static IReadOnlyList<SuiteCase> All { get; } =
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
        new("PortHeld", GreenAndLeak, Red)
        {
            Role = "port-held", Blamed = ["shared server", "PortHeldTests"], Message = "not all that they held is free",
        },
        new("StoppingThrows", GreenAndLeak, Red)
        {
            Role = "stopping-throws", Blamed = ["StoppingThrowsTests"], Message = "the stop hook failed",
        },
        new("Shared", new(2, 0, 0), new(2, 0, 0)) { Role = "shared" },
        new("Skipped", new(0, 0, 1), new(0, 0, 1)) { Role = "skipped" },
        new("GpuSkipped", new(0, 0, 1), new(0, 0, 1)) { Role = "gpu-skipped" },
        new("StartFails", Red, Red)
        {
            Role = "start-fails", Blamed = ["StartFailsTests", "The_start_failure_is_explained"], Message = "not ready",
        },
        new("StartUnseen", GreenAndLeak, Red) { Role = "start-unseen", Blamed = ["StartUnseenTests"], Message = "not ready" },
        new("ServerDies", RedAndLeak, Red)
        {
            Role = "server-dies", Blamed = ["ServerDiesTests"], Message = "[TestReaper] The server exited with code 3",
        },
        new("CollectionServerDies", RedAndLeak, Red)
        {
            Role = "collection-server-dies",
            Blamed = ["CollectionServerDies"],
            Message = "[TestReaper] The server exited with code 3",
        },
        new("SharedServerDies", RedAndLeak, Red)
        {
            Role = "shared-server-dies",
            Blamed = ["SharedServerDies", "--role shared-server-dies"],
            Message = "[TestReaper] The server exited with code 3",
        },
        new("Inherited", GreenAndLeak, Red) { Role = "inherited", Blamed = ["InheritedTests"] },
        new("Ignored", Green, Green) { Role = "ignored", MaySurvive = true },
        new("NotExclusive", GreenAndLeak, Red) { Role = "not-exclusive", Blamed = ["NotExclusiveTests"] },
    ];

    public static SuiteCase WholeRun { get; } = new("WholeRun", GreenAndLeak, Red)
    {
        Role = "whole-run",
        Blamed = ["SuiteXunitV2 [AssertRunReaped]", "SuiteXunitV3 [AssertRunReaped]", "SuiteNUnit.dll [AssertRunReaped]"],
    };

    /// <summary>The last test below the set-up fixture fails.</summary>
    public static SuiteCase SetUpFixture { get; } = new("SetUpFixture", new(0, 0, 0), new(1, 1, 1))
    {
        Role = "set-up-fixture",
        Blamed = ["NamespaceServer", "Cases.SetUpFixture"],
        Message = "the stop hook failed",
    };

    /// <summary>The name of its processes in the registry.</summary>
    public required string Role { get; init; }

    /// <summary>Each failed test contains one of these texts in its name or its message.</summary>
    public string[] Blamed { get; init; } = [];

    /// <summary>The text that a failure message contains; by default the command line of the leaked process.</summary>
    public string? Message { get; init; }

    public string? Method { get; init; }

    /// <summary>Whether a process may survive the run.</summary>
    public bool MaySurvive { get; init; }

    public string Prefix => $"Cases.{Name}{(Method is null ? "" : "." + Method)}";

    public Counts GetExpected(SuiteKind kind) => kind.IsNUnit ? NUnit : Xunit;

    public static SuiteCase Get(string name) => All.Append(WholeRun).Append(SetUpFixture).Single(one => one.Name == name);

    public override string ToString() => Name;
}
