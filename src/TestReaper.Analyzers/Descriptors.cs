using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers;

/// <summary>The descriptors of all rules. Each rule has a page in Rules/.</summary>
internal static class Descriptors
{
    private const string Category = "TestReaper";
    private const string Pages = "https://github.com/testreaper/testreaper/blob/main/src/TestReaper.Analyzers/Rules/";

    public static readonly DiagnosticDescriptor DiscardedProcess = Warning(
        "TR0001",
        "A started process is never stopped",
        "The process started here is {0} and outlives the test; track it, or kill it and wait for it in a finally block");

    public static readonly DiagnosticDescriptor MemberNeverStopped = Warning(
        "TR0002",
        "A process in a member is never stopped",
        "The process in '{0}' is {1}; stop it in a teardown method that runs");

    public static readonly DiagnosticDescriptor KillsRootOnly = Warning(
        "TR0003",
        "Kill() leaves child processes running",
        "Kill() ends only '{0}' and leaves its child processes running; pass entireProcessTree: true");

    public static readonly DiagnosticDescriptor DisposedNotStopped = Warning(
        "TR0004",
        "Disposing a process does not stop it",
        "'{0}' is only disposed, which releases the handle and leaves the process running; kill it and wait for it first");

    public static readonly DiagnosticDescriptor RecordedLate = Info(
        "TR0005",
        "A process is recorded after code that may fail",
        "If {0} fails, '{1}' is not recorded yet and is never stopped; record it right after its start");

    public static readonly DiagnosticDescriptor FailureBeforeTeardown = Warning(
        "TR0006",
        "No teardown runs if the code after this start fails",
        "If the code after the start throws, {0}, so the process keeps running; kill it in a catch block");

    public static readonly DiagnosticDescriptor TeardownNeverRuns = Warning(
        "TR0007",
        "The teardown that stops the process never runs",
        "'{0}' stops the process, but {1}");

    public static readonly DiagnosticDescriptor HidesLifeCycle = Error(
        "TR0008",
        "A fixture hides a lifecycle method of its base class",
        "'{0}' hides '{1}' of ServerProcessFixture, so the server is {2}; override a hook instead");

    public static readonly DiagnosticDescriptor FixtureNotRegistered = Warning(
        "TR0009",
        "A fixture is created but never registered or disposed",
        "'{0}' is created here, so the test framework does not start, stop or dispose it; let the framework create it with {1}");

    public static readonly DiagnosticDescriptor AssertReapedMisused = Warning(
        "TR0010",
        "[AssertReaped] is misused",
        "[AssertReaped] {0}");

    public static readonly DiagnosticDescriptor DetachedStart = Warning(
        "TR0011",
        "The command detaches the process that it starts",
        "'{0}' returns at once and leaves a process that the test cannot stop; start it in the foreground");

    public static readonly DiagnosticDescriptor KilledNotAwaited = Info(
        "TR0012",
        "Nothing waits for a killed process",
        "'{0}' is killed here, but nothing waits for its exit; it may still hold its port and GPU memory when the next test starts");

    public static readonly DiagnosticDescriptor FrameworkReplaced = Warning(
        "TR0013",
        "[AssertReaped] is not enforced",
        "This assembly registers '{0}' as its test framework, so [AssertReaped] is not enforced; "
        + "derive it from TestReaper.Xunit.TestReaperFramework");

    public static readonly DiagnosticDescriptor ServerPerTest = Info(
        "TR0014",
        "xUnit starts one server for each test of this class",
        "'{0}' derives from ServerProcessFixture and has {1} tests, so xUnit starts a server for each; share one with IClassFixture<>");

    private static DiagnosticDescriptor Error(string id, string title, string message) =>
        Create(id, title, message, DiagnosticSeverity.Error);

    private static DiagnosticDescriptor Warning(string id, string title, string message) =>
        Create(id, title, message, DiagnosticSeverity.Warning);

    private static DiagnosticDescriptor Info(string id, string title, string message) =>
        Create(id, title, message, DiagnosticSeverity.Info);

    private static DiagnosticDescriptor Create(string id, string title, string message, DiagnosticSeverity severity) =>
        new(id, title, message, Category, severity, isEnabledByDefault: true, helpLinkUri: $"{Pages}{id}.md");
}
