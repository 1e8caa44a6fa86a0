using System.Diagnostics;
using System.Globalization;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.SharedMemory;

/// <summary>Not parallel: a test leaves System V segments of dead neighbours, which every reap of that moment reports.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SerialSharedMemory
{
    public const string Name = "Shared memory";
}

/// <summary>Starts servers and neighbours that use shared memory, and removes the objects that a failed test leaves.</summary>
[Collection(SerialSharedMemory.Name)]
public abstract class SharedMemoryTest : IDisposable
{
    private readonly List<string> _names = [];
    private readonly HashSet<int> _segments = [];
    private readonly List<Process> _neighbours = [];

    public void Dispose()
    {
        foreach (var neighbour in _neighbours)
        {
            Stop(neighbour);
            neighbour.Dispose();
        }

        _names.ForEach(name => File.Delete(PathOf(name)));
        foreach (var id in _segments.Where(SystemVExists))
        {
            Process.Start("ipcrm", ["-m", $"{id}"]).WaitForExit();
        }

        GC.SuppressFinalize(this);
    }

    internal static string PathOf(string name) => $"/dev/shm/{name}";

    internal static bool Exists(string name) => File.Exists(PathOf(name));

    /// <summary>Whether the kernel lists a System V segment.</summary>
    internal static bool SystemVExists(int id) => File.ReadLines("/proc/sysvipc/shm").Skip(1)
        .Any(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1] == id.ToString(CultureInfo.InvariantCulture));

    /// <summary>A name in /dev/shm that no other test has.</summary>
    internal string NewName(string prefix = "testreaper-")
    {
        var name = $"{prefix}{Guid.NewGuid():N}";
        _names.Add(name);
        _names.Add("sem." + name);
        return name;
    }

    internal async Task<ServerProcess> StartAsync(ReapOptions? options, params string[] actions)
    {
        var server = await ServerProcess.StartAsync(new ServerProcessOptions
        {
            FileName = MemoryProgram.Require(),
            Arguments = actions,
            Readiness = Readiness.OutputLine("^ready$"),
            Reap = options ?? new ReapOptions { GracePeriod = TimeSpan.Zero },
        });
        _segments.UnionWith(server.Output.Tail.SelectMany(IdsIn));
        return server;
    }

    /// <summary>Starts a process outside every tree and waits until it is ready.</summary>
    internal Task<Process> NeighbourAsync(params string[] actions) => NeighbourOfAsync([], actions);

    /// <param name="prefix">Arguments before its command line, for example to run it as another user.</param>
    /// <param name="actions">What the process does.</param>
    internal async Task<Process> NeighbourOfAsync(IReadOnlyList<string> prefix, params string[] actions)
    {
        string[] command = [.. prefix, MemoryProgram.Require(), .. actions];
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardOutput = true };
        start.Environment.Remove("TESTREAPER_SCOPE");
        var process = Process.Start(start)!;
        _neighbours.Add(process);
        for (string? line = ""; line != "ready";)
        {
            line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The neighbour ended.");
            _segments.UnionWith(IdsIn(line));
        }

        return process;
    }

    /// <summary>The System V segments that processes of this test have created.</summary>
    internal IReadOnlyCollection<int> Segments => _segments;

    internal static void Stop(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }
    }

    internal static ReleaseCondition ReleaseOf(ReapReport report, string name)
    {
        var release = Assert.Single(report.Releases, release => release.Name.Contains(name, StringComparison.Ordinal));
        Assert.Equal(ReleaseResource.SharedMemory, release.Resource);
        return release;
    }

    /// <summary>Adds a segment to those that are removed after a failed test.</summary>
    internal void AddSegment(int id) => _segments.Add(id);

    private static IEnumerable<int> IdsIn(string text) => text.Split('\n')
        .Where(line => line.StartsWith("id ", StringComparison.Ordinal))
        .Select(line => int.Parse(line.AsSpan(3), CultureInfo.InvariantCulture));
}
