using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using TestReaper.Extensibility;

namespace TestReaper.TestHost;

/// <summary>
/// Performs the steps of a test class: each line of standard input is a step, as a JSON array, and each is answered by a line of JSON.
/// The scenario needs its own process, because an exclusive leak window checks every process that its host has started.
/// </summary>
internal sealed class LeakScenario(Options options, string logs) : ILogger
{
    private readonly Dictionary<string, ProcessOwner> _owners = [];
    private readonly List<ServerProcess> _servers = [];
    private readonly List<ProcessReaper> _reapers = [];
    private readonly ConcurrentQueue<string> _warnings = [];
    private LeakCheck? _leakCheck;

    public static async Task RunAsync(Options options, string logs)
    {
        var scenario = new LeakScenario(options, logs);
        while (await Console.In.ReadLineAsync() is { } line)
        {
            Console.WriteLine(JsonSerializer.Serialize(await scenario.PerformAsync(JsonSerializer.Deserialize<string[]>(line)!)));
        }
    }

    public bool IsEnabled(LogLevel logLevel) => logLevel == LogLevel.Warning;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _warnings.Enqueue(formatter(state, exception));

    /// <summary>
    /// The steps: begin OWNER|run SECONDS exclusive|shared [IGNORED...]; start PROGRAM [ARGUMENT...]; server, reaper or record OWNER
    /// PROGRAM [ARGUMENT...]; reap, which reaps the last server; hard-reap SHORTAGE, which reaps it under a
    /// <see cref="ResourceShortage"/>; failing-start; warnings, which shows all until now; end.
    /// </summary>
    private async Task<object> PerformAsync(string[] step)
    {
        try
        {
            return step switch
            {
                ["begin", var owner, var seconds, var mode, .. var ignored] =>
                    Begin(owner, int.Parse(seconds, CultureInfo.InvariantCulture), mode == "exclusive", ignored),
                ["start", var program, .. var arguments] => Started(Process.Start(program, arguments).Id),
                ["reaper", var owner, var program, .. var arguments] => Started(StartRecorded(owner, program, arguments)),
                ["record", var owner, var program, .. var arguments] => Started(Record(owner, program, arguments)),
                ["server", var owner, var program, .. var arguments] => Started(await StartServerAsync(owner, program, arguments)),
                ["reap"] => new { outcome = "reaped", message = $"{await _servers[^1].ReapAsync()}" },
                ["hard-reap", "descriptors"] => Reaped(await ResourceShortage.ReapWithoutDescriptorsAsync(_servers[^1])),
                ["hard-reap", "pool"] => Reaped(ResourceShortage.ReapWithBlockedPool(_servers[^1], items: 64)),
                ["hard-reap", "context"] => Reaped(ResourceShortage.RunOnSingleThreadedContext(() => _servers[^1].DisposeAsync().AsTask())),
                ["failing-start"] => Reaped(ResourceShortage.RunOnSingleThreadedContext(FailToStartAsync)),
                ["warnings"] => new { outcome = "warnings", warnings = _warnings },
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
            // The command exits with 3 on purpose.
        }
    }

    private static object Reaped(TimeSpan time) => new { outcome = "reaped", milliseconds = time.TotalMilliseconds };

    private static object Started(int pid) => new { outcome = "started", pid };

    private object Begin(string owner, int seconds, bool isExclusive, string[] ignored)
    {
        var options = new LeakCheckOptions
        {
            Label = "[AssertReaped]",
            Timeout = TimeSpan.FromSeconds(seconds),
            IsExclusive = isExclusive,
            Ignore = ignored,
            IgnoreSyntax = "[AssertReaped(Ignore = [\"name\"])]",
        };
        _leakCheck = owner == "run"
            ? LeakCheck.BeginForRun("The run", options, this)
            : LeakCheck.BeginForClass(GetOwner(owner), options, this);
        return new { outcome = "begun" };
    }

    private int StartRecorded(string owner, string program, string[] arguments)
    {
        var reaper = new ProcessReaper { Owner = GetOwner(owner).Tree, Description = $"{owner}.Start" };
        _reapers.Add(reaper);
        return reaper.Start(new ProcessStartInfo(program, arguments)).Id;
    }

    private int Record(string owner, string program, string[] arguments)
    {
        var reaper = new ProcessReaper { Owner = GetOwner(owner).Tree, Description = $"{owner}.Track" };
        _reapers.Add(reaper);
        var process = Process.Start(program, arguments);
        reaper.Record(process);
        return process.Id;
    }

    private async Task<int> StartServerAsync(string owner, string program, string[] arguments, IReadinessProbe? readiness = null)
    {
        GetOwner(owner).Enter();
        var server = await ServerProcess.StartAsync(new ServerProcessOptions
        {
            FileName = program,
            Arguments = arguments,
            Readiness = readiness ?? Readiness.ProcessUp,
            Reap = new ReapOptions { GracePeriod = options.Grace, Timeout = options.Timeout },
            LogDirectory = logs,
        }, this).ConfigureAwait(false);
        _servers.Add(server);
        return server.ProcessId;
    }

    private async Task<object> EndAsync()
    {
        var start = Stopwatch.GetTimestamp();
        var leak = await _leakCheck!.EndAsync();
        return new
        {
            outcome = leak is null ? "clean" : "leak",
            message = leak?.Message ?? "",
            milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds,
            pids = (leak as ProcessLeakException)?.Processes.Select(process => process.ProcessId) ?? [],
            warnings = _warnings,
        };
    }

    private ProcessOwner GetOwner(string name) =>
        _owners.TryGetValue(name, out var owner) ? owner : _owners[name] = new ProcessOwner(name);
}
