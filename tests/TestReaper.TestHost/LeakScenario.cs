using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using TestReaper.Leaks;
using TestReaper.Processes;

namespace TestReaper.TestHost;

/// <summary>
/// Plays a test class step by step: each line of the standard input is a step as a JSON array, and is answered by one JSON line.
/// In a process of its own, since an exclusive scope looks at all that its process has started.
/// </summary>
internal sealed class LeakScenario(Options options, string logs) : ILogger
{
    private readonly Dictionary<string, TreeOwner> _owners = [];
    private readonly List<ServerProcess> _servers = [];
    private readonly List<ProcessReaper> _reapers = [];
    private readonly List<string> _warnings = [];
    private LeakWindow? _scope;

    public static async Task PlayAsync(Options options, string logs)
    {
        var scenario = new LeakScenario(options, logs);
        while (await Console.In.ReadLineAsync() is { } line)
        {
            Console.WriteLine(JsonSerializer.Serialize(await scenario.StepAsync(JsonSerializer.Deserialize<string[]>(line)!)));
        }
    }

    public bool IsEnabled(LogLevel logLevel) => logLevel == LogLevel.Warning;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _warnings.Add(formatter(state, exception));

    /// <summary>
    /// begin OWNER|run SECONDS exclusive|shared [IGNORED...]; start PROGRAM [ARGUMENT...]; server, reaper or record OWNER PROGRAM
    /// [ARGUMENT...]; reap, which is of the last server; hard-reap HOW, which is of it, too, in a host that is short of something;
    /// failing-start; end.
    /// </summary>
    private async Task<object> StepAsync(string[] step)
    {
        try
        {
            return step switch
            {
                ["begin", var owner, var seconds, var mode, .. var ignored] => Begin(owner, int.Parse(seconds, CultureInfo.InvariantCulture), mode == "exclusive", ignored),
                ["start", var program, .. var arguments] => Started(Process.Start(program, arguments).Id),
                ["reaper", var owner, var program, .. var arguments] => Started(StartRecorded(owner, program, arguments)),
                ["record", var owner, var program, .. var arguments] => Started(Record(owner, program, arguments)),
                ["server", var owner, var program, .. var arguments] => Started(await StartServerAsync(owner, program, arguments)),
                ["reap"] => new { outcome = "reaped", message = $"{await _servers[^1].ReapAsync()}" },
                ["hard-reap", "descriptors"] => Reaped(await HardReap.WithoutDescriptorsAsync(_servers[^1])),
                ["hard-reap", "pool"] => Reaped(HardReap.WithBlockedPool(_servers[^1], items: 64)),
                ["hard-reap", "context"] => Reaped(HardReap.OnOneThreadedContext(() => _servers[^1].DisposeAsync().AsTask())),
                ["failing-start"] => Reaped(HardReap.OnOneThreadedContext(FailToStartAsync)),
                ["end"] => await EndAsync(),
                _ => throw new ArgumentException($"Unknown step {string.Join(' ', step)}."),
            };
        }
        catch (Exception error)
        {
            return new { outcome = error is ReapTimeoutException ? "incomplete" : "failed", message = error.ToString() };
        }
    }

    private async Task FailToStartAsync()
    {
        try
        {
            await StartServerAsync("Class", "/bin/sh", ["-c", "exit 3"], Readiness.OutputLine("never")).ConfigureAwait(false);
        }
        catch (ServerStartException error) when (error.ExitCode == 3)
        {
            // Expected.
        }
    }

    private static object Reaped(TimeSpan time) => new { outcome = "reaped", milliseconds = time.TotalMilliseconds };

    private static object Started(int pid) => new { outcome = "started", pid };

    private object Begin(string owner, int seconds, bool isExclusive, string[] ignored)
    {
        var rule = LeakCheckOptions.Of(seconds, isExclusive, ignored);
        _scope = owner == "run" ? LeakWindow.ForRun("The run", rule) : LeakWindow.ForClass(Owner(owner), rule);
        return new { outcome = "begun" };
    }

    private int StartRecorded(string owner, string program, string[] arguments)
    {
        var reaper = new ProcessReaper { Owner = Owner(owner), Description = $"{owner}.Start" };
        _reapers.Add(reaper);
        return reaper.Start(new ProcessStartInfo(program, arguments)).Id;
    }

    private int Record(string owner, string program, string[] arguments)
    {
        var reaper = new ProcessReaper { Owner = Owner(owner), Description = $"{owner}.Track" };
        _reapers.Add(reaper);
        var process = Process.Start(program, arguments);
        reaper.Record(process);
        return process.Id;
    }

    private async Task<int> StartServerAsync(string owner, string program, string[] arguments, IReadinessProbe? readiness = null)
    {
        TreeOwner.Enter(Owner(owner));
        var server = await ServerProcess.StartAsync(new ServerProcessOptions
        {
            FileName = program,
            Arguments = arguments,
            Readiness = readiness ?? Readiness.ProcessUp,
            Reap = new ReapOptions { GracePeriod = options.Grace, Timeout = options.Timeout },
            LogDirectory = logs,
        }).ConfigureAwait(false);
        _servers.Add(server);
        return server.ProcessId;
    }

    private async Task<object> EndAsync()
    {
        var start = Stopwatch.GetTimestamp();
        var leak = await _scope!.EndAsync(this);
        return new
        {
            outcome = leak is null ? "clean" : "leak",
            message = leak?.Message ?? "",
            milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds,
            pids = leak?.Processes.Select(process => process.ProcessId) ?? [],
            warnings = _warnings,
        };
    }

    private TreeOwner Owner(string name) => _owners.TryGetValue(name, out var owner) ? owner : _owners[name] = new TreeOwner(name);
}
