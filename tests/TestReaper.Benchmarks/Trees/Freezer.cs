using System.Globalization;

namespace TestReaper.Benchmarks.Trees;

/// <summary>A cgroup of the v1 freezer, where SIGKILL stays pending until it thaws. Disposal thaws and removes the cgroup.</summary>
internal sealed class Freezer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private const string Root = "/sys/fs/cgroup/freezer";
    private readonly string _directory;

    private Freezer(string directory) => _directory = directory;

    /// <summary>Returns null if there is no freezer, or this user may not use it.</summary>
    public static Freezer? TryCreate()
    {
        var directory = Path.Combine(Root, string.Create(CultureInfo.InvariantCulture, $"testreaper-bench-{Environment.ProcessId}"));
        try
        {
            if (!File.Exists(Path.Combine(Root, "cgroup.procs")))
            {
                return null;
            }

            Directory.CreateDirectory(directory);
            return new Freezer(directory);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Freeze(int pid)
    {
        File.WriteAllText(Path.Combine(_directory, "cgroup.procs"), pid.ToString(CultureInfo.InvariantCulture));
        File.WriteAllText(Path.Combine(_directory, "freezer.state"), "FROZEN");
        if (!SpinWait.SpinUntil(IsFrozen, Patience))
        {
            throw new InvalidOperationException($"Process {pid} was not frozen within {Patience.TotalSeconds} s.");
        }
    }

    private bool IsFrozen() => File.ReadAllText(Path.Combine(_directory, "freezer.state")).Trim() == "FROZEN";

    public void Thaw() => File.WriteAllText(Path.Combine(_directory, "freezer.state"), "THAWED");

    public void Dispose()
    {
        Thaw();
        for (var tries = 0; Directory.Exists(_directory) && tries < 100; tries++)
        {
            try
            {
                Directory.Delete(_directory);
            }
            catch (IOException)
            {
                // The last process has not exited yet.
                Thread.Sleep(10);
            }
        }
    }
}
