using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Acceptance;

/// <summary>Whatever kills a test run, two seconds later no process that it started is alive.</summary>
public sealed class CrashTests(Workspace workspace) : IClassFixture<Workspace>
{
    private static readonly string[] Kinds = ["xUnit v2", "xUnit v3 exe", "xUnit v3 MTP", "NUnit VSTest"];
    private static readonly string[] ByItself = ["FailFast", "StackOverflow", "Exit", "UnhandledException"];
    private static readonly string[] Signals =
        ["host SIGKILL", "host SIGTERM", "group SIGINT", "runner SIGINT", "runner SIGTERM", "runner SIGKILL"];

    private static readonly string[] BlameHang = ["blame-hang", "blame-hang with a dump"];
    private static readonly Dictionary<string, string> Trees = new()
    {
        ["plain"] = "--children 2",
        ["daemon"] = "--daemon",
        ["ignores SIGTERM"] = "--ignore-term --children 1 --children-ignore-term",
    };

    public static TheoryData<string, string, string> Matrix()
    {
        var rows = new TheoryData<string, string, string>();
        foreach (var end in ByItself.Concat(Signals).Concat(BlameHang))
        {
            foreach (var kind in Kinds.Where(kind => IsPossible(end, SuiteKind.Get(kind))))
            {
                foreach (var tree in Trees.Keys)
                {
                    rows.Add(end, kind, tree);
                }
            }
        }

        return rows;
    }

    // Only VSTest has --blame-hang, xUnit v3 survives an unhandled exception, and a test program runs without a runner.
    private static bool IsPossible(string end, SuiteKind kind) => end switch
    {
        _ when BlameHang.Contains(end) => kind.HasRunner && !kind.IsMtp,
        _ when end.StartsWith("runner", StringComparison.Ordinal) => kind.HasRunner,
        "UnhandledException" => kind.Project != "SuiteXunitV3",
        _ => true,
    };

    [Theory(Timeout = 300_000)]
    [Trait("Category", "Full")]
    [MemberData(nameof(Matrix))]
    public Task No_process_outlives_a_killed_run(string end, string kind, string tree) =>
        RunAsync(end, SuiteKind.Get(kind), tree);

    [Theory(Timeout = 300_000)]
    [InlineData("host SIGKILL", "xUnit v2", "daemon")]
    [InlineData("runner SIGKILL", "xUnit v2", "plain")]
    public Task Each_mechanism_reaps_the_processes_of_a_killed_run(string end, string kind, string tree) =>
        RunAsync(end, SuiteKind.Get(kind), tree);

    private async Task RunAsync(string end, SuiteKind kind, string tree)
    {
        using var registry = new ProcessRegistry();
        var project = await workspace.GetProjectAsync(kind);
        using var run = CrashRun.Start(kind, project, registry, end, Trees[tree]);

        // A host that ends by itself does so as soon as its server is ready, possibly before the children are registered.
        var members = ByItself.Contains(end) ? 1 : tree == "plain" ? 3 : 2;
        await Poll.UntilAsync(
            () => registry.Registered().Count >= members, () => $"the server's tree; {run.Console}", TimeSpan.FromSeconds(60));
        var host = await run.WaitForHostAsync();

        var isRunnerKilled = end.StartsWith("runner", StringComparison.Ordinal);
        run.Kill(end, host);

        // After Ctrl+C xUnit v3 waits for the running test to end, so the host may live on. Its server must not.
        var hostMayLive = end == "group SIGINT" && kind.Project == "SuiteXunitV3";
        if (!isRunnerKilled && !hostMayLive)
        {
            await Poll.UntilAsync(() => !run.IsAlive(host), $"the host {host} to end; {run.Console}", TimeSpan.FromSeconds(90));
        }

        // A runner may take some seconds to exit after a signal, and the host notices only its exit.
        registry.AssertNoneAlive(TimeSpan.FromSeconds(isRunnerKilled || hostMayLive ? 8 : 2));
        if (!hostMayLive)
        {
            await Poll.UntilAsync(() => !run.IsAlive(host), "the host to end", TimeSpan.FromSeconds(20));
        }
    }
}
