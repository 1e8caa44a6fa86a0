using TestReaper.Tests.Infrastructure;

namespace TestReaper.Tests.SharedMemory;

/// <summary>memory.c, compiled once a run.</summary>
internal static class MemoryProgram
{
    /// <summary>The program; a machine without a C compiler skips the test.</summary>
    public static string Require() => CProgram.Require("SharedMemory/memory.c");
}
