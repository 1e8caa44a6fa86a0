using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis.Diagnostics;

namespace TestReaper.Analyzers.Flow;

/// <summary>What .editorconfig says about the project's own ways to start and stop.</summary>
internal sealed class FlowOptions(AnalyzerConfigOptions options)
{
    private static readonly HashSet<string> None = [];

    public ISet<string> StopMethods { get; } = Names(options, "testreaper.additional_stop_methods");

    public ISet<string> StartMethods { get; } = Names(options, "testreaper.additional_start_methods");

    public ISet<string> ShortLivedCommands { get; } = Names(options, "testreaper.short_lived_commands");

    // A full name counts by its last part.
    private static HashSet<string> Names(AnalyzerConfigOptions options, string key) => options.TryGetValue(key, out var value)
        ? new HashSet<string>(value.Split(',', ';').Select(name => name.Trim().Split('.').Last()).Where(name => name.Length > 0), StringComparer.Ordinal)
        : None;
}
