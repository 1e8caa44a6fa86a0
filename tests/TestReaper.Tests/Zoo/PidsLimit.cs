using System.Runtime.Versioning;
using TestReaper.Tests.Infrastructure;

namespace TestReaper.Tests.Zoo;

/// <summary>
/// A cgroup that limits the number of processes. It is in the v1 hierarchy, which the product does not use. Where that hierarchy
/// does not exist, there is no limit.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class PidsLimit : IDisposable
{
    private const string Hierarchy = "/sys/fs/cgroup/pids";
    private readonly string? _directory;

    private PidsLimit(string? directory) => _directory = directory;

    /// <summary>Arguments before the command that is limited.</summary>
    public IReadOnlyList<string> Prefix =>
        _directory is null ? [] : ["/bin/sh", "-c", $"echo $$ > {_directory}/cgroup.procs && exec \"$@\"", "sh"];

    public static PidsLimit Create(int count)
    {
        if (!Environment.IsPrivilegedProcess || !Directory.Exists(Hierarchy))
        {
            return new PidsLimit(null);
        }

        var directory = Path.Combine(Hierarchy, $"testreaper-zoo-{Guid.NewGuid():N}");
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, "pids.max"), $"{count}");

        // Processes of ordinary users must be able to join the cgroup.
        File.SetUnixFileMode(Path.Combine(directory, "cgroup.procs"), (UnixFileMode)0x1B6);
        return new PidsLimit(directory);
    }

    /// <summary>Kills the remaining processes. The cgroup contains only processes of one test.</summary>
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
