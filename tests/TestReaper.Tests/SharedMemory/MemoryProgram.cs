using System.Diagnostics;
using TestReaper.Tests.Infrastructure;

namespace TestReaper.Tests.SharedMemory;

/// <summary>memory.c, compiled once a run.</summary>
internal static class MemoryProgram
{
    private static readonly Lazy<string> Compiled = new(Compile);

    /// <summary>The program; a machine without a C compiler skips the test.</summary>
    public static string Require()
    {
        Programs.Require("cc");
        return Compiled.Value;
    }

    private static string Compile()
    {
        var directory = Directory.CreateTempSubdirectory("memory-").FullName;
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(directory, (UnixFileMode)0x1ED);
        }

        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(directory, recursive: true);
        var program = Path.Combine(directory, "memory");
        var source = Path.Combine(AppContext.BaseDirectory, "SharedMemory", "memory.c");
        using var compiler = Process.Start(
            new ProcessStartInfo("cc", ["-O1", "-Wall", "-o", program, source, "-lpthread", "-lrt"]) { RedirectStandardError = true })!;
        var messages = compiler.StandardError.ReadToEnd();
        compiler.WaitForExit();
        return compiler.ExitCode == 0 ? program : throw new InvalidOperationException($"cc: {messages}");
    }
}
