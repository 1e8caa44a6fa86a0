namespace TestReaper.Analyzers.Flow;

/// <summary>What an operation does to a process.</summary>
internal enum EffectKind
{
    /// <summary>Ends the process, for example by Kill, or by closing its standard input.</summary>
    Kill,

    /// <summary>Waits for the exit, or reads the output to its end.</summary>
    Wait,

    /// <summary>Waits with a timeout or a token, and notices the timeout: by an exception, or by a result that is used.</summary>
    ObservedWait,

    /// <summary>Waits with a timeout and ignores the result.</summary>
    BoundedWait,

    /// <summary>Reads what exists only after the exit, such as the exit code.</summary>
    ExitRead,

    /// <summary>Releases only the handle.</summary>
    Dispose,

    /// <summary>Passes the process to code that the model does not see.</summary>
    Escapes,

    /// <summary>Returns the process to the caller.</summary>
    Return,
}
