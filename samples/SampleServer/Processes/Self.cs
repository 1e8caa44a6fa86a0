using System.Diagnostics;

namespace SampleServer.Processes;

/// <summary>Starts this program again, in another role.</summary>
internal static class Self
{
    public static Process Start(IEnumerable<string> arguments)
    {
        var program = Environment.ProcessPath!;
        string[] assembly = IsDotnet(program) ? [Environment.GetCommandLineArgs()[0]] : [];

        // Output is not redirected: as with real servers, children inherit stdout and keep the pipe open after the launcher's death.
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
