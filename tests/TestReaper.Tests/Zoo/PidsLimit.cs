using System.Runtime.Versioning;
using TestReaper.Tests.Infrastructure;

namespace TestReaper.Tests.Zoo;

/// <summary>
/// A cgroup that bounds how many processes there can be at a time, where one can be made: in the v1 hierarchy, which the product
/// does not use.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class PidsLimit : IDisposable
{
    private const string Hierarchy = "/sys/fs/cgroup/pids";
    private readonly string? _directory;

    private PidsLimit(string? directory) => _directory = directory;

    /// <summary>What stands before the command that is to be bounded.</summary>
    public IReadOnlyList<string> Prefix => _directory is null ? [] : ["/bin/sh", "-c", $"echo $$ > {_directory}/cgroup.procs && exec \"$@\"", "sh"];

    public static PidsLimit Create(int count)
    {
        if (!Environment.IsPrivilegedProcess || !Directory.Exists(Hierarchy))
        {
            return new PidsLimit(null);
        }

        var directory = Path.Combine(Hierarchy, $"testreaper-zoo-{Guid.NewGuid():N}");
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, "pids.max"), $"{count}");

        // Ordinary users may put themselves in.
        File.SetUnixFileMode(Path.Combine(directory, "cgroup.procs"), (UnixFileMode)0x1B6);
        return new PidsLimit(directory);
    }

    /// <summary>Ends what is left in it: nothing but the processes of one test was ever put there.</summary>
    public void Dispose()
    {
        if (_directory is not null)
        {
            SpinWait.SpinUntil(TryRemove, TimeSpan.FromSeconds(10));
        }
    }

    private bool TryRemove()
    {
        foreach (var line in File.ReadAllLines(Path.Combine(_directory!, "cgroup.procs")))
        {
            _ = LibC.kill(int.Parse(line, System.Globalization.CultureInfo.InvariantCulture), LibC.SIGKILL);
        }

        try
        {
            Directory.Delete(_directory!);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
