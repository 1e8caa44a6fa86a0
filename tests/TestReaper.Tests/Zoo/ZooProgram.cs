using System.Diagnostics;
using System.Runtime.Versioning;
using TestReaper.Tests.Infrastructure;

namespace TestReaper.Tests.Zoo;

/// <summary>zoo.c, compiled once a run.</summary>
[SupportedOSPlatform("linux")]
public static class ZooProgram
{
    private static readonly Lazy<string> Compiled = new(Compile);

    /// <summary>The program, which any user may execute; a machine without a C compiler skips the test.</summary>
    public static string Require()
    {
        Programs.Require("cc");
        return Compiled.Value;
    }

    /// <summary>The same with the set-user-ID bit: whoever runs it becomes its owner.</summary>
    public static string RequireSetUserId()
    {
        var program = Require() + "-setuid";
        if (!File.Exists(program))
        {
            File.Copy(Require(), program);
            File.SetUnixFileMode(program, UnixFileMode.SetUser | File.GetUnixFileMode(Require()));
        }

        return program;
    }

    /// <summary>The same without the right to read it: the kernel makes its processes undumpable.</summary>
    public static string RequireUnreadable()
    {
        var program = Require() + "-unreadable";
        if (!File.Exists(program))
        {
            File.Copy(Require(), program);
            File.SetUnixFileMode(program, UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }

        return program;
    }

    private static string Compile()
    {
        var directory = Directory.CreateTempSubdirectory("zoo-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(directory, recursive: true);
        File.SetUnixFileMode(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        var program = Path.Combine(directory, "zoo");
        var source = Path.Combine(AppContext.BaseDirectory, "Zoo", "zoo.c");
        using var compiler = Process.Start(new ProcessStartInfo("cc", ["-O1", "-Wall", "-o", program, source, "-lpthread"]) { RedirectStandardError = true })!;
        var messages = compiler.StandardError.ReadToEnd();
        compiler.WaitForExit();
        return compiler.ExitCode == 0 ? program : throw new InvalidOperationException($"cc: {messages}");
    }
}
