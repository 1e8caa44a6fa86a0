using TestReaper.CrashProtection;
using TestReaper.Platform;

namespace TestReaper.Tool.Scopes;

/// <summary>The live processes of one scope.</summary>
/// <param name="Scope">The id of the scope.</param>
/// <param name="Entry">The ledger entry of the scope; null if no ledger contains it.</param>
/// <param name="OuterScopes">The scopes that enclose this one, outermost first.</param>
/// <param name="Processes">The processes whose innermost scope this is.</param>
internal sealed record ScopeTree(
    string Scope,
    LedgerEntry? Entry,
    IReadOnlyList<OuterScope> OuterScopes,
    IReadOnlyList<ProcessEntry> Processes);

/// <summary>A scope that encloses another, and its ledger entry if there is one.</summary>
internal sealed record OuterScope(string Scope, LedgerEntry? Entry);

/// <summary>A server as a ledger records it, and the host that wrote the ledger.</summary>
internal sealed record LedgerEntry(int HostPid, bool IsHostDead, LedgerServer Server);
