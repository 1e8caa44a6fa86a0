using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers;

/// <summary>All rules, with their words. Each has a page beside its class in Rules/.</summary>
internal static class Descriptors
{
    private const string Category = "TestReaper";
    private const string Pages = "https://github.com/testreaper/testreaper/blob/main/src/TestReaper.Analyzers/Rules/";

    public static readonly DiagnosticDescriptor DiscardedProcess = Warning(
        "TR0001", "A started process is never stopped", "The process started here is {0}: it outlives the test; track it, or kill it and wait for it in a finally");

    public static readonly DiagnosticDescriptor MemberNeverStopped = Warning(
        "TR0002", "A process in a member is never stopped", "The process in '{0}' is {1}: stop it in a teardown that runs");

    public static readonly DiagnosticDescriptor KillsRootOnly = Warning(
        "TR0003", "Kill() leaves the children alive", "Kill() ends '{0}' alone, its children live on: pass entireProcessTree: true");

    public static readonly DiagnosticDescriptor DisposedNotStopped = Warning(
        "TR0004", "Disposing a process does not stop it", "'{0}' is only disposed: that lets go of the handle and leaves the process running; kill it and wait for it first");

    public static readonly DiagnosticDescriptor RecordedLate = Info(
        "TR0005", "A process is recorded after something that may fail", "If {0} fails, '{1}' is not recorded yet and nobody stops it: record it right after its start");

    public static readonly DiagnosticDescriptor FailureBeforeTeardown = Warning(
        "TR0006", "No teardown runs if this fails", "If what follows the start throws, {0}, and the process lives on: kill it in a catch");

    public static readonly DiagnosticDescriptor TeardownNeverRuns = Warning(
        "TR0007", "The teardown that stops the process never runs", "'{0}' stops the process, but {1}");

    public static readonly DiagnosticDescriptor HidesLifeCycle = new(
        "TR0008", "A fixture hides its life cycle", "'{0}' hides '{1}' of ServerProcessFixture, whose server is then {2}: override a hook instead",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Pages + "TR0008.md");

    public static readonly DiagnosticDescriptor FixtureNotRegistered = Warning(
        "TR0009", "A fixture is created but never registered or disposed", "'{0}' is created here, so nobody starts, stops or disposes it: let the test framework make it, with {1}");

    public static readonly DiagnosticDescriptor AssertReapedMisused = Warning(
        "TR0010", "[AssertReaped] makes no sense here", "[AssertReaped] {0}");

    public static readonly DiagnosticDescriptor DetachedStart = Warning(
        "TR0011", "The command detaches what it starts", "'{0}' returns at once and what it starts belongs to nobody: start it in the foreground");

    public static readonly DiagnosticDescriptor KilledNotAwaited = Info(
        "TR0012", "A killed process is not waited for", "'{0}' is killed here and never waited for: it may still hold its port and its GPU when the next test starts");

    public static readonly DiagnosticDescriptor FrameworkReplaced = Warning(
        "TR0013", "[AssertReaped] is not enforced", "This assembly registers '{0}' as its test framework, so [AssertReaped] is not enforced: derive it from TestReaper.Xunit.TestReaperFramework");

    public static readonly DiagnosticDescriptor ServerPerTest = Info(
        "TR0014", "xUnit starts one server for each test of this class", "'{0}' derives from ServerProcessFixture and has {1} tests: xUnit starts a server for each; share one with IClassFixture<>");

    private static DiagnosticDescriptor Warning(string id, string title, string message) => Of(id, title, message, DiagnosticSeverity.Warning);

    private static DiagnosticDescriptor Info(string id, string title, string message) => Of(id, title, message, DiagnosticSeverity.Info);

    private static DiagnosticDescriptor Of(string id, string title, string message, DiagnosticSeverity severity) =>
        new(id, title, message, Category, severity, isEnabledByDefault: true, helpLinkUri: $"{Pages}{id}.md");
}
