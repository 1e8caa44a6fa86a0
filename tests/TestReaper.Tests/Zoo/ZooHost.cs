using System.Diagnostics;
using System.Text;
using System.Text.Json;
using TestReaper.Tests.Infrastructure;

namespace TestReaper.Tests.Zoo;

/// <summary>Runs TestReaper.TestHost as a host in its own process, because some layer sets cannot be undone in a process.</summary>
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

    /// <summary>The command line of a host.</summary>
    public static IReadOnlyList<string> Command(LayerSet layers, params string[] options) =>
        [.. layers.Prefix(forHost: true), Program, .. layers.HostOptions, .. options];

    public static ZooHost Start(IReadOnlyList<string> command, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,

            // Another user may not have access to the working directory of the tests.
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

    /// <summary>Sends the next command to a host with the option --serve.</summary>
    public void SendLine(string[] arguments) => _process.StandardInput.WriteLine(JsonSerializer.Serialize(arguments));

    public Task<HostReport> ReportAsync() => ReadAsync<HostReport>();

    /// <summary>Reads the next line of its output.</summary>
    public async Task<T> ReadAsync<T>()
    {
        var line = await _process.StandardOutput.ReadLineAsync().WaitAsync(Limit)
            ?? throw new InvalidOperationException($"The host ended without a report. {await ErrorsAsync()}");
        return JsonSerializer.Deserialize<T>(line, JsonSerializerOptions.Web)!;
    }

    /// <summary>Makes the host reap its neighbour and exit, and waits for the exit.</summary>
    public async Task EndAsync()
    {
        _process.StandardInput.Close();
        using var limit = new CancellationTokenSource(Limit);
        await _process.WaitForExitAsync(limit.Token);
    }

    /// <summary>Lets the host clean up and exit. A host that does not exit in time is killed.</summary>
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
        // A process that the host left behind may hold the pipe open.
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

/// <summary>The report of the host. The tests check it against the registry.</summary>
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
