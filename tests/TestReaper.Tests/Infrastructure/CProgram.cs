using System.Collections.Concurrent;
using System.Diagnostics;

namespace TestReaper.Tests.Infrastructure;

/// <summary>Compiles the small C programs of the tests, each once a run.</summary>
public static class CProgram
{
    private static readonly ConcurrentDictionary<string, Lazy<string>> Compiled = [];

    /// <summary>The path of the program, which any user may execute. Without a C compiler the test is skipped.</summary>
    /// <param name="source">The path of the source below the tests' directory.</param>
    public static string Require(string source)
    {
        Programs.Require("cc");
        return Compiled.GetOrAdd(source, static source => new(() => Compile(source))).Value;
    }

    private static string Compile(string source)
    {
        var directory = Directory.CreateTempSubdirectory("c-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(directory, recursive: true);
        Process.Start("chmod", ["755", directory]).WaitForExit();
        var program = Path.Combine(directory, Path.GetFileNameWithoutExtension(source));
        string[] arguments = ["-O1", "-Wall", "-o", program, Path.Combine(AppContext.BaseDirectory, source), "-lpthread"];
        using var compiler = Process.Start(new ProcessStartInfo("cc", arguments) { RedirectStandardError = true })!;
        var messages = compiler.StandardError.ReadToEnd();
        compiler.WaitForExit();
        return compiler.ExitCode == 0 ? program : throw new InvalidOperationException($"cc: {messages}");
    }
}
