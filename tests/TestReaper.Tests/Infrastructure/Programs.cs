using System.Diagnostics;
using Xunit;

namespace TestReaper.Tests.Infrastructure;

/// <summary>Finds the programs that this machine may have.</summary>
public static class Programs
{
    private static readonly string[] SystemDirectories = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

    /// <summary>The full path of the program. Without the program the test, which must be a [SkippableFact], is skipped.</summary>
    public static string Require(string name)
    {
        var path = Find(name);
        Skip.If(path is null, $"{name} is not installed");
        return path!;
    }

    /// <summary>The interpreter itself: the python3 in PATH may be a script of a version manager.</summary>
    public static string RequirePython()
    {
        var start = new ProcessStartInfo(Require("python3"), ["-c", "import sys; print(sys.executable)"]) { RedirectStandardOutput = true };
        using var python = Process.Start(start)!;
        return python.StandardOutput.ReadToEnd().Trim();
    }

    public static string? Find(string name) =>
        Directories().Select(directory => Path.Combine(directory, name)).FirstOrDefault(File.Exists);

    private static IEnumerable<string> Directories()
    {
        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        return [.. path.Split(':', StringSplitOptions.RemoveEmptyEntries), .. SystemDirectories, .. PostgresDirectories()];
    }

    /// <summary>Debian installs the server's programs outside PATH, in one directory for each version.</summary>
    private static IEnumerable<string> PostgresDirectories()
    {
        const string Versions = "/usr/lib/postgresql";
        return Directory.Exists(Versions) ? Directory.GetDirectories(Versions).Select(version => Path.Combine(version, "bin")) : [];
    }
}
