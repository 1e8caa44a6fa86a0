using TestReaper.Platform;

namespace TestReaper.Processes.Layers;

/// <summary>
/// One way to recognize the members of a tree. Each layer misses some, and its comment says which; the tree is the union of all layers.
/// </summary>
internal abstract class TreeLayer(string name)
{
    /// <summary>The name for a root, which was started or recorded by TestReaper.</summary>
    public const string Root = "root";

    /// <summary>The name for a child of a known member. A member found by any other layer had left its parent.</summary>
    public const string Parent = "parent";

    /// <summary>For <see cref="ReapedProcess.FoundBy"/> and <see cref="ReapReport.Mechanism"/>.</summary>
    public string Name { get; } = name;

    /// <summary>Called once before the candidates of a scan are judged.</summary>
    public virtual void BeginScan(TreeView view)
    {
    }

    /// <summary>Called once a scan with all processes that kinship leaves, before they are judged one by one.</summary>
    public virtual void Prepare(IReadOnlyList<ProcessEntry> candidates, TreeView view, TimeSpan? stallBudget)
    {
    }

    /// <summary>Called for each living member in each scan, and for each new one.</summary>
    public virtual void AddMember(ProcessEntry member)
    {
    }

    /// <summary>True: it is a member. False: this layer does not claim it. Null: unknown, ask again in the next scan.</summary>
    public abstract bool? Claims(ProcessEntry candidate, TreeView view);
}

/// <summary>What a layer may look at: all processes of one moment, and which of them are known members.</summary>
internal sealed class TreeView(ProcessSnapshot snapshot, Func<ProcessIdentity, bool> isMember)
{
    public ProcessSnapshot Snapshot { get; set; } = snapshot;

    public bool IsMember(ProcessIdentity identity) => isMember(identity);
}
