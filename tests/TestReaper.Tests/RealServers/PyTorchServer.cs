using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.RealServers;

/// <summary>Observes the server of samples/PyTorchServer from outside: two ranks over gloo behind uvicorn.</summary>
internal sealed class PyTorchServer(int root, int port)
{
    private const string Python = "/usr/bin/python3";
    private static readonly Lazy<bool> IsInstalled = new(CanImport);
    private static readonly HttpClient Client = new() { Timeout = TimeSpan.FromMinutes(2) };

    /// <summary>The processes of the server at the time of <see cref="UseAsync"/>, dead or alive.</summary>
    public IReadOnlyList<Family.Member> Processes { get; private set; } = [];

    /// <summary>The inodes in /dev/shm that its processes mapped.</summary>
    public IReadOnlySet<long> Memory { get; private set; } = new HashSet<long>();

    /// <summary>The pids of the ranks, in ascending order.</summary>
    public IReadOnlyList<int> Ranks { get; private set; } = [];

    public static void Require() =>
        Skip.IfNot(File.Exists(Python) && IsInstalled.Value, "torch, fastapi or uvicorn is not installed for /usr/bin/python3");

    public static string[] Command(int port) =>
        [Python, Path.Combine(AppContext.BaseDirectory, "PyTorchServer", "server.py"), "--port", $"{port}"];

    /// <summary>Sends a request, and records the processes and the shared memory of the server.</summary>
    public async Task UseAsync()
    {
        var answer = await GetAsync("generate?number=7");
        Assert.Equal(7.0, answer.GetProperty("answer").GetDouble());
        Processes = Family.Of(root);
        Memory = Processes.SelectMany(member => MappedBy(member.Pid)).ToHashSet();
        Ranks = [.. Processes.Select(member => member.Pid).Where(IsRank).Order()];

        // The launcher, two ranks, resource_tracker and torch_shm_manager; weights, cache and seven semaphores.
        Assert.True(Processes.Count >= 5, $"{Processes.Count} processes are fewer than 5.");
        Assert.Equal(2, Ranks.Count);
        Assert.True(Memory.Count >= 9 && Left().Count >= 9, $"{Memory.Count} objects are fewer than 9, or {Left().Count} of them.");
    }

    /// <summary>Starts a request, and does not wait for its end.</summary>
    public async Task BeginRequestAsync()
    {
        _ = Client.GetAsync(Address("generate?number=1&seconds=60"))
            .ContinueWith(static request => _ = request.Exception, TaskScheduler.Default);
        while ((await GetAsync("health")).GetProperty("running").GetInt32() == 0)
        {
            await Task.Delay(5);
        }
    }

    public void AssertNothingLeft(string report)
    {
        Assert.All(Processes, member => Assert.False(member.IsAlive(), $"{member} is still alive. {report}"));
        Assert.True(FreePort.IsFree(port), $"Port {port} is still held. {report}");
        Assert.True(Left().Count == 0, $"{string.Join(' ', Left())} are left in /dev/shm. {report}");
    }

    /// <summary>The names in /dev/shm that its processes mapped and that still exist.</summary>
    public IReadOnlyList<string> Left()
    {
        using var list = Process.Start(new ProcessStartInfo("ls", ["-i", "-1", "/dev/shm"]) { RedirectStandardOutput = true })!;
        var lines = list.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        list.WaitForExit();
        return
        [
            .. lines.Select(line => line.Trim().Split(' ', 2))
                .Where(line => Memory.Contains(long.Parse(line[0], CultureInfo.InvariantCulture)))
                .Select(line => line[1]),
        ];
    }

    private static IEnumerable<long> MappedBy(int pid) => File.ReadLines($"/proc/{pid}/maps")
        .Where(line => line.Contains(" /dev/shm/", StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4], CultureInfo.InvariantCulture));

    private bool IsRank(int pid) =>
        ProcStat.ParentOf(pid) == root && File.ReadAllText($"/proc/{pid}/cmdline").Contains("spawn_main", StringComparison.Ordinal);

    private async Task<JsonElement> GetAsync(string path) => JsonDocument.Parse(await Client.GetStringAsync(Address(path))).RootElement;

    private Uri Address(string path) => new($"http://127.0.0.1:{port}/{path}");

    private static bool CanImport()
    {
        using var python = Process.Start(
            new ProcessStartInfo(Python, ["-c", "import torch, fastapi, uvicorn"]) { RedirectStandardError = true })!;
        python.StandardError.ReadToEnd();
        python.WaitForExit();
        return python.ExitCode == 0;
    }
}
