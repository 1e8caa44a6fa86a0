using System.Collections;
using System.Reflection;

namespace TestReaper.Platform.Linux.Procfs;

/// <summary>
/// Knows which children of this process System.Diagnostics.Process has started: they are the test's own, and nobody's orphans.
/// </summary>
/// <remarks>The kernel does not tell a child that was adopted from one that was born; the runtime's table of its children does.</remarks>
internal static class RuntimeChildren
{
    private static readonly IDictionary? Table = typeof(System.Diagnostics.Process).Assembly
        .GetType("System.Diagnostics.ProcessWaitState")?
        .GetField("s_childProcessWaitStates", BindingFlags.Static | BindingFlags.NonPublic)?
        .GetValue(null) as IDictionary;

    /// <summary>False on a runtime that keeps its table elsewhere.</summary>
    internal static bool AreKnown => Table is not null;

    internal static bool Contains(int pid)
    {
        if (Table is null)
        {
            return true;
        }

        lock (Table)
        {
            return Table.Contains(pid);
        }
    }
}
