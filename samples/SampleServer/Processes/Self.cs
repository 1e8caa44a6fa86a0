using System.Diagnostics;

namespace SampleServer.Processes;

/// <summary>This program, started again.</summary>
internal static class Self
{
    public static Process Start(IEnumerable<string> arguments)
    {
        var program = Environment.ProcessPath!;
        string[] assembly = IsDotnet(program) ? [Environment.GetCommandLineArgs()[0]] : [];

        // Nothing is redirected: children that inherit the launcher's stdout keep that pipe open when it is dead.
        return Process.Start(new ProcessStartInfo(program, [.. assembly, .. arguments]))!;
    }

    public static void Terminate(Process child)
    {
        if (OperatingSystem.IsWindows())
        {
            child.Kill();
        }
        else if (!child.HasExited)
        {
            _ = LibC.kill(child.Id, LibC.SIGTERM);
        }
    }

    private static bool IsDotnet(string program) => Path.GetFileNameWithoutExtension(program) == "dotnet";
}
