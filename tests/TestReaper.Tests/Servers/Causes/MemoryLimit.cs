using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>A cgroup that limits the memory of a command. It needs root, and the memory controller in one of the two hierarchies.</summary>
internal sealed class MemoryLimit : IDisposable
{
    private readonly string _directory;

    private MemoryLimit(string directory) => _directory = directory;

    /// <summary>Arguments before the command that is limited.</summary>
    public IReadOnlyList<string> Prefix => ["/bin/sh", "-c", $"echo $$ > {_directory}/cgroup.procs && exec \"$@\"", "sh"];

    public static MemoryLimit Require(long bytes)
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "needs root");
        var (root, limit, swap) = Directory.Exists("/sys/fs/cgroup/memory")
            ? ("/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.memsw.limit_in_bytes")
            : ("/sys/fs/cgroup", "memory.max", "memory.swap.max");
        var directory = Path.Combine(root, $"testreaper-limit-{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(directory);
            File.WriteAllText(Path.Combine(directory, limit), $"{bytes}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Skip.If(true, $"no memory cgroup: {error.Message}");
        }

        try
        {
            File.WriteAllText(Path.Combine(directory, swap), swap == "memory.swap.max" ? "0" : $"{bytes}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A machine without swap accounting.
        }

        return new MemoryLimit(directory);
    }

    public void Dispose() => SpinWait.SpinUntil(TryRemove, TimeSpan.FromSeconds(10));

    private bool TryRemove()
    {
        foreach (var line in File.ReadAllLines(Path.Combine(_directory, "cgroup.procs")))
        {
            _ = LibC.kill(int.Parse(line, System.Globalization.CultureInfo.InvariantCulture), LibC.SIGKILL);
        }

        try
        {
            Directory.Delete(_directory);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
