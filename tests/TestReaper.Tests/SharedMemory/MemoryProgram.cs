using TestReaper.Tests.Infrastructure;

namespace TestReaper.Tests.SharedMemory;

/// <summary>Compiles memory.c once a run.</summary>
internal static class MemoryProgram
{
    /// <summary>The path of the program. Without a C compiler the test is skipped.</summary>
    public static string Require() => CProgram.Require("SharedMemory/memory.c");
}
