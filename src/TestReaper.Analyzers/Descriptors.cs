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
        "A process is started here, and {0}; kill it and wait for it in a finally block, or pass it to code that does");

    public static readonly DiagnosticDescriptor MemberNeverStopped = Warning(
        "TR0002",
        "A process in a member is never stopped",
        "A process is started here and kept in '{0}', and {1}; kill it and wait for it in a teardown that runs");

    public static readonly DiagnosticDescriptor KillsRootOnly = Warning(
        "TR0003",
        "Kill() leaves child processes running",
        "Kill() ends only '{0}', not the processes that it has started; pass entireProcessTree: true");

    public static readonly DiagnosticDescriptor DisposedNotStopped = Warning(
        "TR0004",
        "Disposing a process does not stop it",
        "'{0}' is disposed, which only releases the handle, and {1}; kill it and wait for it first");

    public static readonly DiagnosticDescriptor RecordedLate = Info(
        "TR0005",
        "A process is recorded after code that may fail",
        "If {0} throws, nothing here stops '{1}'; {2}");

    public static readonly DiagnosticDescriptor FailureBeforeTeardown = Warning(
        "TR0006",
        "No teardown runs if the code after this start fails",
        "If {0} throws, {1}, and nothing here stops the process; kill it in a catch block");

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
        "'{0}' starts a process outside the process tree of the test, and nothing in this type stops it; start it in the foreground");

    public static readonly DiagnosticDescriptor KilledNotAwaited = Info(
        "TR0012",
        "Nothing waits for a killed process",
        "'{0}' is killed here, and nothing in this type waits for its exit; until it exits it keeps its ports, files and memory");

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
