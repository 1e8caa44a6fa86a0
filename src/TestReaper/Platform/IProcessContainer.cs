namespace TestReaper.Platform;

/// <summary>Something of the kernel's that holds a tree together: what is born in it stays in it.</summary>
internal interface IProcessContainer
{
    /// <summary>For the report.</summary>
    string Name { get; }

    /// <summary>Who is in it now.</summary>
    IReadOnlyCollection<int> Processes();

    /// <summary>Kills all that is in it, at once.</summary>
    void Kill();

    /// <summary>Whether a living process is in it, including ones that cannot be seen from here.</summary>
    bool IsPopulated();

    /// <summary>Takes it away; false while somebody is in it.</summary>
    bool TryRemove();
}
