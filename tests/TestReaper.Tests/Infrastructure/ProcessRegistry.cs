#if NUNIT
using NUnit.Framework;
#else
using Xunit;
#endif

namespace TestReaper.Tests.Infrastructure;

/// <summary>
/// The directory in which the processes of one test register themselves (<c>--registry</c>). Each process holds a lock on its
/// entry until its last thread is gone, so the tests know which processes are alive without the code under test.
/// </summary>
public sealed class ProcessRegistry : IDisposable
{
    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("testreaper-").FullName;

    /// <summary>All processes that ever registered, dead or alive.</summary>
    public IReadOnlyList<RegisteredProcess> Registered() => EntriesOf(Directory);

    public IReadOnlyList<RegisteredProcess> Alive() => Alive(Registered(), Directory);

    public IReadOnlyList<RegisteredProcess> Alive(string role) => [.. Alive().Where(process => process.Role == role)];

    /// <summary>Waits until at least <paramref name="count"/> processes (of the role) are alive, and returns them.</summary>
    public async Task<IReadOnlyList<RegisteredProcess>> WaitForAsync(int count, string? role = null, TimeSpan? timeout = null)
    {
        IReadOnlyList<RegisteredProcess> found = [];
        await Poll.UntilAsync(
            () => (found = role is null ? Alive() : Alive(role)).Count >= count,
            () => $"{count} living processes{(role is null ? "" : $" of role {role}")}; {Describe()}",
            timeout);
        return found;
    }

    /// <summary>Waits until <paramref name="count"/> processes have registered, dead or alive.</summary>
    public Task WaitForEntriesAsync(int count) =>
        Poll.UntilAsync(() => Registered().Count >= count, () => $"{count} processes; {Describe()}");

    public void AssertAlive(string role, int count)
    {
        if (Alive(role).Count != count)
        {
            Assert.Fail($"Expected {count} living processes of role {role}, but {Describe()}.");
        }
    }

    /// <summary>Fails if a process is alive after <paramref name="grace"/>, which is zero by default.</summary>
    public void AssertNoneAlive(TimeSpan grace = default)
    {
        if (!SpinWait.SpinUntil(() => Alive().Count == 0, grace))
        {
            Assert.Fail($"Expected no living process, but {Describe()}.");
        }
    }

    /// <summary>Kills the remaining processes, so that the failure of one test does not cause the next one to fail.</summary>
    public void Dispose()
    {
        if (!System.IO.Directory.Exists(Directory))
        {
            return;
        }

        // The directory is moved first: a process that is just starting can't register any more, and fails. Windows moves no directory
        // with open files.
        var closed = OperatingSystem.IsWindows() ? Directory : $"{Directory}.closed";
        if (closed != Directory)
        {
            System.IO.Directory.Move(Directory, closed);
        }

        SpinWait.SpinUntil(() => KillAll(closed), TimeSpan.FromSeconds(5));
        System.IO.Directory.Delete(closed, recursive: true);
    }

    private static bool KillAll(string directory)
    {
        var alive = Alive(EntriesOf(directory), directory);
        alive.ForEach(process => process.Kill());
        return alive.Count == 0;
    }

    private static List<RegisteredProcess> EntriesOf(string directory) =>
        [.. System.IO.Directory.EnumerateFiles(directory)
            .Select(path => Path.GetFileName(path))
            .Where(name => !name.StartsWith('.'))
            .Select(RegisteredProcess.Parse)];

    private static List<RegisteredProcess> Alive(IEnumerable<RegisteredProcess> processes, string directory) =>
        [.. processes.Where(process => process.IsAlive(directory))];

    private string Describe()
    {
        var alive = Alive();
        var dead = Registered().Except(alive);
        return $"alive: {List(alive)}; dead: {List(dead)}";
    }

    private static string List(IEnumerable<RegisteredProcess> processes)
    {
        var names = string.Join(", ", processes.Select(process => $"{process.Role} {process.Pid}"));
        return names.Length == 0 ? "none" : names;
    }
}
