using TestReaper.Processes;

namespace TestReaper.Tool.Scopes;

/// <summary>Formats the heading of a scope: its server, the test host, the GPUs and the outer scopes.</summary>
internal static class ScopeText
{
    public static string FormatHeading(ScopeTree tree)
    {
        var name = tree.Entry is null ? $"scope {tree.Scope}" : FormatServer(tree.Entry);
        var host = tree.Entry is null ? "host unknown (no ledger)" : FormatHost(tree.Entry);
        var outerScopes = tree.OuterScopes.Reverse().Select(outer => $"within {FormatOuterScope(outer)}");
        return $"{name}  ({string.Join(", ", [host, .. FormatGpu(tree.Entry), .. outerScopes])})";
    }

    private static IEnumerable<string> FormatGpu(LedgerEntry? entry) =>
        entry?.Server.Gpu is { } gpu ? [$"GPU {TreeText.OneLine(gpu)}"] : [];

    private static string FormatOuterScope(OuterScope outer) =>
        outer.Entry is null ? $"scope {outer.Scope}" : $"{FormatServer(outer.Entry)} of {FormatHost(outer.Entry)}";

    private static string FormatHost(LedgerEntry entry) =>
        $"host {entry.HostPid}{(entry.IsHostDead ? ", dead: run testreaper sweep" : "")}";

    private static string FormatServer(LedgerEntry entry) => TreeText.OneLine(entry.Server.CommandLine);
}
