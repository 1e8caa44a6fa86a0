using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Acceptance;

/// <summary>A test run is killed, in all the ways in which that happens; two seconds later nothing that it had started lives.</summary>
public sealed class CrashTests(Workshop workshop) : IClassFixture<Workshop>
{
    private static readonly string[] Kinds = ["xUnit v2", "xUnit v3 exe", "xUnit v3 MTP", "NUnit VSTest"];
    private static readonly string[] ByItself = ["FailFast", "StackOverflow", "Exit", "UnhandledException"];
    private static readonly string[] Signals = ["host SIGKILL", "host SIGTERM", "group SIGINT", "runner SIGINT", "runner SIGTERM", "runner SIGKILL"];
    private static readonly string[] BlameHang = ["blame-hang", "blame-hang with a dump"];
    private static readonly Dictionary<string, string> Trees = new() { ["plain"] = "--children 2", ["daemon"] = "--daemon", ["ignores SIGTERM"] = "--ignore-term --children 1 --children-ignore-term" };

    public static TheoryData<string, string, string> Matrix()
    {
        var rows = new TheoryData<string, string, string>();
        foreach (var end in ByItself.Concat(Signals).Concat(BlameHang))
        {
            foreach (var kind in Kinds.Where(kind => Exists(end, SuiteKind.Of(kind))))
            {
                foreach (var tree in Trees.Keys)
                {
                    rows.Add(end, kind, tree);
                }
            }
        }

        return rows;
    }

    // The hang blame is VSTest's, xUnit v3 keeps its host alive over an unhandled exception, and a program has no runner.
    private static bool Exists(string end, SuiteKind kind) => end switch
    {
        _ when BlameHang.Contains(end) => kind.HasRunner && !kind.IsMtp,
        _ when end.StartsWith("runner", StringComparison.Ordinal) => kind.HasRunner,
        "UnhandledException" => kind.Project != "SuiteXunitV3",
        _ => true,
    };

    [Theory(Timeout = 300_000)]
    [Trait("Category", "Full")]
    [MemberData(nameof(Matrix))]
    public Task Nothing_outlives_a_run_that_was_killed(string end, string kind, string tree) => RunAsync(end, SuiteKind.Of(kind), tree);

    [Theory(Timeout = 300_000)]
    [InlineData("host SIGKILL", "xUnit v2", "daemon")]
    [InlineData("runner SIGKILL", "xUnit v2", "plain")]
    public Task One_case_for_each_mechanism(string end, string kind, string tree) => RunAsync(end, SuiteKind.Of(kind), tree);

    private async Task RunAsync(string end, SuiteKind kind, string tree)
    {
        using var registry = new ProcessRegistry();
        var project = await workshop.SuiteAsync(kind);
        using var run = CrashRun.Start(kind, project, registry, end, Trees[tree]);

        // A host that ends by itself does so as soon as its server is ready: the children may never have come to enter themselves.
        var members = ByItself.Contains(end) ? 1 : tree == "plain" ? 3 : 2;
        await Poll.UntilAsync(() => registry.Registered().Count >= members, () => $"the server's tree; {run.Console}", TimeSpan.FromSeconds(60));
        var host = await run.HostAsync();

        var isRunnerKilled = end.StartsWith("runner", StringComparison.Ordinal);
        run.Kill(end, host);

        // Of its own accord xUnit v3 lets the running test end after Ctrl+C; its server need not wait for that.
        var mayLive = end == "group SIGINT" && kind.Project == "SuiteXunitV3";
        if (!isRunnerKilled && !mayLive)
        {
            await Poll.UntilAsync(() => !run.IsAlive(host), $"the host {host} to end; {run.Console}", TimeSpan.FromSeconds(90));
        }

        // A runner that was told to stop may take its time; the host notices when it is gone.
        registry.AssertNoneAlive(TimeSpan.FromSeconds(isRunnerKilled || mayLive ? 8 : 2));
        if (!mayLive)
        {
            await Poll.UntilAsync(() => !run.IsAlive(host), "the host to end", TimeSpan.FromSeconds(20));
        }
    }
}
