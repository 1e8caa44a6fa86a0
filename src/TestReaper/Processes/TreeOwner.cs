namespace TestReaper.Processes;

/// <summary>On whose behalf a tree is started: a test class, a collection of them, the whole run. Two owners of one name are two.</summary>
internal sealed class TreeOwner(string name)
{
    private static readonly AsyncLocal<TreeOwner?> Entered = new();

    /// <summary>For a test framework whose tests do not run within the asynchronous flow of their class: tells whose turn it is.</summary>
    public static Func<TreeOwner?>? Source { get; set; }

    /// <summary>Null outside of any test class that is watched.</summary>
    public static TreeOwner? Current => Entered.Value ?? Source?.Invoke();

    public string Name { get; } = name;

    /// <summary>Whether one of its tests has failed, so that logs are worth keeping.</summary>
    public bool HasFailures { get; set; }

    /// <summary>Makes it the owner of what the calling method starts from here, until that method returns if it is asynchronous.</summary>
    public static void Enter(TreeOwner? owner) => Entered.Value = owner;

    public override string ToString() => Name;
}
