namespace TestReaper.Analyzers.Flow;

/// <summary>What an operation does to a process.</summary>
internal enum EffectKind
{
    /// <summary>Ends the process, for example by Kill, CloseMainWindow, or closing its standard input.</summary>
    Kill,

    /// <summary>Waits for the exit, or reads what exists only after the exit.</summary>
    Wait,

    /// <summary>Waits with a timeout and ignores the result.</summary>
    BoundedWait,

    /// <summary>Releases only the handle.</summary>
    Dispose,

    /// <summary>Passes the process to code that the model does not see.</summary>
    Escapes,

    /// <summary>Returns the process to the caller.</summary>
    Return,
}
