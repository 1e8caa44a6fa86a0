using System.Diagnostics;
using System.Text;
using System.Text.Json;
using TestReaper.Tests.Infrastructure;

namespace TestReaper.Tests.Zoo;

/// <summary>A process that reaps: TestReaper.TestHost in a process of its own, since some layer sets cannot be taken back.</summary>
public sealed class ZooHost : IDisposable
{
    private static readonly string Program = ReadablePlace.Of("TestReaper.TestHost");
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly Process _process;
    private readonly ulong? _startTime;
    private readonly StringBuilder _errors = new();

    private ZooHost(Process process)
    {
        _process = process;
        _startTime = ProcStat.StartTimeOf(process.Id);
        process.ErrorDataReceived += (_, line) => _errors.AppendLine(line.Data);
        process.BeginErrorReadLine();
    }

    public int Pid => _process.Id;

    /// <summary>Its own command line, for hosts that others start.</summary>
    public static IReadOnlyList<string> Command(LayerSet layers, params string[] options) => [.. layers.Prefix(forHost: true), Program, .. layers.HostOptions, .. options];

    public static ZooHost Start(IReadOnlyList<string> command, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,

            // Another user may not be able to enter the tests' own.
            WorkingDirectory = "/",
        };
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return new ZooHost(Process.Start(start)!);
    }

    public void SendLine() => _process.StandardInput.WriteLine();

    /// <summary>For a host with the option --serve: what it is to do next.</summary>
    public void SendLine(string[] arguments) => _process.StandardInput.WriteLine(JsonSerializer.Serialize(arguments));

    public Task<HostReport> ReportAsync() => ReadAsync<HostReport>();

    /// <summary>The next line that it writes.</summary>
    public async Task<T> ReadAsync<T>()
    {
        var line = await _process.StandardOutput.ReadLineAsync().WaitAsync(Limit)
            ?? throw new InvalidOperationException($"The host ended without a report. {await ErrorsAsync()}");
        return JsonSerializer.Deserialize<T>(line, JsonSerializerOptions.Web)!;
    }

    /// <summary>Lets it reap its neighbour and waits for its end.</summary>
    public async Task EndAsync()
    {
        _process.StandardInput.Close();
        using var limit = new CancellationTokenSource(Limit);
        await _process.WaitForExitAsync(limit.Token);
    }

    /// <summary>Lets it end by itself, and so clean up; a host that does not is killed.</summary>
    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(Patience))
        {
            Kill();
        }

        _process.Dispose();
    }

    private async Task<string> ErrorsAsync()
    {
        // What it left behind may hold the pipe open.
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return _errors.ToString();
    }

    private void Kill()
    {
        if (_startTime is not null && ProcStat.StartTimeOf(_process.Id) == _startTime)
        {
            _ = LibC.kill(_process.Id, LibC.SIGKILL);
        }
    }
}

/// <summary>What the host says. The tests compare it with the registry, which knows better.</summary>
public sealed record HostReport(
    string Outcome,
    string Message,
    string Mechanism = "",
    double Milliseconds = 0,
    IReadOnlyList<HostReport.Reaped>? Processes = null,
    IReadOnlyList<HostReport.Survivor>? Survivors = null,
    IReadOnlyList<string>? Releases = null)
{
    public sealed record Reaped(int Pid, string FoundBy, bool Killed);

    public sealed record Survivor(int Pid, string FoundBy, string State);
}
