namespace TestReaper.Platform.Linux.Wait;

/// <summary>The signals that say why a process ended (signal(7)), with the numbers of x86-64 and arm64.</summary>
internal static class FatalSignals
{
    // The exit code of a shell whose last command was ended by signal n is 128 + n.
    private const int ShellOffset = 128;

    internal static FatalSignal Of(ExitStatus? exit) => (exit?.Signal ?? (exit?.Code - ShellOffset)) switch
    {
        4 => FatalSignal.IllegalInstruction,
        7 => FatalSignal.Bus,
        9 => FatalSignal.Kill,
        25 => FatalSignal.FileSize,
        _ => FatalSignal.None,
    };
}
