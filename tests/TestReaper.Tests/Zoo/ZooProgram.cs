using System.Diagnostics;
using System.Runtime.Versioning;
using TestReaper.Tests.Infrastructure;

namespace TestReaper.Tests.Zoo;

/// <summary>Compiles zoo.c once a run.</summary>
[SupportedOSPlatform("linux")]
public static class ZooProgram
{
    private const UnixFileMode ForAllUsers = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private static readonly Lazy<string> Compiled = new(Compile);

    /// <summary>The path of the program, which any user may execute. Without a C compiler the test is skipped.</summary>
    public static string Require()
    {
        Programs.Require("cc");
        return Compiled.Value;
    }

    /// <summary>The same with the set-user-ID bit: the process runs as the owner of the file.</summary>
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

    /// <summary>The same without read permission, so the kernel makes its processes undumpable.</summary>
    public static string RequireUnreadable()
    {
        var program = Require() + "-unreadable";
        if (!File.Exists(program))
        {
            File.Copy(Require(), program);
            File.SetUnixFileMode(program, ForAllUsers);
        }

        return program;
    }

    private static string Compile()
    {
        var directory = Directory.CreateTempSubdirectory("zoo-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(directory, recursive: true);
        File.SetUnixFileMode(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | ForAllUsers);
        var program = Path.Combine(directory, "zoo");
        var source = Path.Combine(AppContext.BaseDirectory, "Zoo", "zoo.c");
        string[] arguments = ["-O1", "-Wall", "-o", program, source, "-lpthread"];
        using var compiler = Process.Start(new ProcessStartInfo("cc", arguments) { RedirectStandardError = true })!;
        var messages = compiler.StandardError.ReadToEnd();
        compiler.WaitForExit();
        return compiler.ExitCode == 0 ? program : throw new InvalidOperationException($"cc: {messages}");
    }
}
