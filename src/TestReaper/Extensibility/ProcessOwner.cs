using TestReaper.Processes;

namespace TestReaper.Extensibility;

/// <summary>
/// The test class, collection or run on whose behalf processes are started. A <see cref="LeakCheck"/> of a class ignores the
/// processes of other owners, such as the server of a fixture that several classes share.
/// </summary>
/// <param name="name">The name of the class, collection or run in messages. Two owners with the same name are different owners.</param>
/// <param name="parent">
/// The owner around it, such as the collection of a class; null if there is none. <see cref="ServerDeaths"/> explains failures of the class
/// by deaths of its servers too.
/// </param>
public sealed class ProcessOwner(string name, ProcessOwner? parent)
{
    /// <summary>Creates an owner without one around it.</summary>
    /// <param name="name">The name of the class, collection or run in messages.</param>
    public ProcessOwner(string name)
        : this(name, parent: null)
    {
    }

    internal TreeOwner Tree { get; } = new(name ?? throw new ArgumentNullException(nameof(name)), parent?.Tree);

    /// <summary>The name of the class, collection or run in messages.</summary>
    public string Name => Tree.Name;

    /// <summary>Whether a test has failed, false by default. If set, <see cref="FixtureLifetime.StopAsync"/> keeps the logs.</summary>
    public bool HasFailures
    {
        get => Tree.HasFailures;
        set => Tree.HasFailures = value;
    }

    /// <summary>
    /// Sets how the current owner is determined where <see cref="Enter"/> was not called. For a test framework that does not run tests
    /// in the asynchronous flow in which it starts their class. Process-wide; the last call wins.
    /// </summary>
    /// <param name="getCurrent">Returns the owner of the current test, or null if there is none. Called on any thread.</param>
    /// <exception cref="ArgumentNullException"><paramref name="getCurrent"/> is null.</exception>
    public static void ResolveCurrent(Func<ProcessOwner?> getCurrent)
    {
        ArgumentNullException.ThrowIfNull(getCurrent);
        TreeOwner.Source = () => getCurrent()?.Tree;
    }

    /// <summary>
    /// Makes this the owner of everything that the current asynchronous flow starts from here. If the caller is an asynchronous method,
    /// that ends when the method returns. A <see cref="FixtureLifetime"/> takes the owner that is current when it is constructed.
    /// </summary>
    public void Enter() => TreeOwner.Enter(Tree);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
