namespace TestReaper.Processes;

/// <summary>The test class, collection or run for which a tree is started. Owners are compared by reference, not by name.</summary>
internal sealed class TreeOwner(string name, TreeOwner? parent = null)
{
    private static readonly AsyncLocal<TreeOwner?> Entered = new();

    /// <summary>Returns the current owner, for a test framework whose tests do not run in the asynchronous flow of their class.</summary>
    public static Func<TreeOwner?>? Source { get; set; }

    /// <summary>Null outside of any test class with a leak check.</summary>
    public static TreeOwner? Current => Entered.Value ?? Source?.Invoke();

    public string Name { get; } = name;

    /// <summary>The collection or set-up around a class, whose servers its tests use as well; null if there is none.</summary>
    public TreeOwner? Parent { get; } = parent;

    /// <summary>Whether one of its tests has failed: then its logs are kept.</summary>
    public bool HasFailures { get; set; }

    /// <summary>An owner and those around it, from the class outwards; nothing for null.</summary>
    public static IEnumerable<TreeOwner> WithParents(TreeOwner? owner)
    {
        for (; owner is not null; owner = owner.Parent)
        {
            yield return owner;
        }
    }

    /// <summary>Sets the owner of what the caller starts from now on, in its asynchronous flow.</summary>
    public static void Enter(TreeOwner? owner) => Entered.Value = owner;

    public override string ToString() => Name;
}
