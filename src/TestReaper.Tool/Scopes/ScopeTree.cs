using TestReaper.CrashProtection;
using TestReaper.Platform;

namespace TestReaper.Tool.Scopes;

/// <summary>What runs under one scope, and who has started that as far as it is known.</summary>
/// <param name="Scope">Its id.</param>
/// <param name="Owner">Whose ledger has it; null where none has.</param>
/// <param name="Within">The scopes around it, outermost first, each with its owner.</param>
/// <param name="Processes">Those of which it is the innermost scope.</param>
internal sealed record ScopeTree(string Scope, ScopeOwner? Owner, IReadOnlyList<(string Scope, ScopeOwner? Owner)> Within, IReadOnlyList<ProcessEntry> Processes);

/// <summary>A host and what it has noted of a server.</summary>
internal sealed record ScopeOwner(int Host, bool IsHostDead, LedgerServer Server);
