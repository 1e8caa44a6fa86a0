using System.Runtime.Versioning;
using TestReaper.Platform.Linux.Containers;

namespace TestReaper.Tests.Zoo;

/// <summary>A cgroup v2 for one host. The cgroups that the host creates are below it.</summary>
[SupportedOSPlatform("linux")]
public sealed class HostCGroup : IDisposable
{
    private readonly string _directory =
        Directory.CreateDirectory(Path.Combine(CGroupMount.OwnDirectory()!, $"zoo-host-{Guid.NewGuid():N}")).FullName;

    /// <summary>Arguments before the command line of the host.</summary>
    public IReadOnlyList<string> Prefix => ["/bin/sh", "-c", $"echo $$ > {_directory}/cgroup.procs && exec \"$@\"", "sh"];

    /// <summary>The cgroups that the host has created and not removed.</summary>
    public IReadOnlyList<string> Children() => Directory.GetDirectories(_directory);

    public void Dispose()
    {
        File.WriteAllText(Path.Combine(_directory, "cgroup.kill"), "1");
        SpinWait.SpinUntil(TryRemove, TimeSpan.FromSeconds(10));
    }

    private bool TryRemove()
    {
        try
        {
            Directory.GetDirectories(_directory).ToList().ForEach(Directory.Delete);
            Directory.Delete(_directory);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
