namespace TestReaper.Platform;

/// <summary>The signals whose names say why a process ended.</summary>
internal enum FatalSignal
{
    /// <summary>The process runs, exited by itself, or got a signal that is not in this list.</summary>
    None,
    Kill,
    IllegalInstruction,
    Bus,
    FileSize,
}
