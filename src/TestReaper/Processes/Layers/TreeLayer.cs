using TestReaper.Platform;

namespace TestReaper.Processes.Layers;

/// <summary>
/// One way to tell that a process belongs to a tree. None of them finds all, each says what it misses: the reaper takes the
/// union.
/// </summary>
internal abstract class TreeLayer(string name)
{
    /// <summary>What a root is found by: it was started or recorded by us.</summary>
    public const string Root = "root";

    /// <summary>What a child of a known process is found by; anything but this and root means that it had left its parent.</summary>
    public const string Parent = "parent";

    /// <summary>For <see cref="ReapedProcess.FoundBy"/> and <see cref="ReapReport.Mechanism"/>.</summary>
    public string Name { get; } = name;

    /// <summary>Called once before the candidates of a look are judged.</summary>
    public virtual void BeginLook(TreeView view)
    {
    }

    /// <summary>Called once a scan with all that kinship leaves, before they are judged one by one.</summary>
    public virtual void Prepare(IReadOnlyList<ProcessEntry> candidates, TimeSpan? stallBudget)
    {
    }

    /// <summary>Called for each living member at each look, and for each new one.</summary>
    public virtual void Learn(ProcessEntry member)
    {
    }

    /// <summary>True: it belongs to the tree. False: not that this layer knows. Null: that cannot be told yet, look again.</summary>
    public abstract bool? Claims(ProcessEntry candidate, TreeView view);
}
