namespace TestReaper.Analyzers.Flow;

/// <summary>What code does to a process that it holds.</summary>
internal enum EffectKind
{
    /// <summary>Ends it: Kill, CloseMainWindow, the end of its input.</summary>
    Kill,

    /// <summary>Waits until it has ended, or asks how it ended.</summary>
    Wait,

    /// <summary>Waits for a time and does not look whether it ended.</summary>
    BoundedWait,

    /// <summary>Lets go of the handle alone.</summary>
    Dispose,

    /// <summary>Gives it to code that is not ours to judge.</summary>
    PassOn,

    /// <summary>Gives it to the caller.</summary>
    Return,
}
