using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis.Diagnostics;

namespace TestReaper.Analyzers.Flow;

/// <summary>The options of .editorconfig that name the project's own methods and commands.</summary>
internal sealed class FlowOptions(AnalyzerConfigOptions options)
{
    private static readonly HashSet<string> None = [];

    public ISet<string> StopMethods { get; } = ReadNames(options, "testreaper.additional_stop_methods");

    public HashSet<string> StartMethods { get; } = ReadNames(options, "testreaper.additional_start_methods");

    public ISet<string> ShortLivedCommands { get; } = ReadNames(options, "testreaper.short_lived_commands");

    // Of a qualified name only the last part counts.
    private static HashSet<string> ReadNames(AnalyzerConfigOptions options, string key) => options.TryGetValue(key, out var value)
        ? new HashSet<string>(
            value.Split(',', ';').Select(name => name.Trim().Split('.').Last()).Where(name => name.Length > 0), StringComparer.Ordinal)
        : None;
}
