using TestReaper.Processes;

namespace TestReaper.Tool.Scopes;

/// <summary>Says what a scope is and who has started it.</summary>
internal static class ScopeText
{
    public static string Heading(ScopeTree tree)
    {
        var name = tree.Owner is null ? $"scope {tree.Scope}" : Name(tree.Owner);
        var host = tree.Owner is null ? "host unknown (no ledger)" : Host(tree.Owner);
        return $"{name}  ({string.Join(", ", [host, .. Gpu(tree.Owner), .. tree.Within.Reverse().Select(outer => $"within {Outer(outer)}")])})";
    }

    private static IEnumerable<string> Gpu(ScopeOwner? owner) => owner?.Server.Gpu is { } gpu ? [$"GPU {TreeText.OneLine(gpu)}"] : [];

    private static string Outer((string Scope, ScopeOwner? Owner) outer) =>
        outer.Owner is null ? $"scope {outer.Scope}" : $"{Name(outer.Owner)} of {Host(outer.Owner)}";

    private static string Host(ScopeOwner owner) => $"host {owner.Host}{(owner.IsHostDead ? ", dead: testreaper sweep" : "")}";

    private static string Name(ScopeOwner owner) => TreeText.OneLine(owner.Server.CommandLine);
}
