using System.Diagnostics;
using System.Globalization;

namespace TestReaper.Tests.Servers;

/// <summary>A test host in a process of its own, with servers that have blocks of ports, and files.</summary>
internal sealed class PortHost : IDisposable
{
    private static readonly string Host = Path.Combine(AppContext.BaseDirectory, "TestReaper.TestHost.dll");
    private readonly Process _process;

    private PortHost(Process process) => _process = process;

    public int Pid => _process.Id;

    /// <param name="state">The XDG_RUNTIME_DIR of the host.</param>
    /// <param name="servers">The number of servers.</param>
    /// <param name="length">The number of ports of each.</param>
    public static PortHost Start(string state, int servers, int length) =>
        Start(state, "dotnet", Host, "--ports", $"{servers}", $"{length}", state);

    /// <summary>Starts a host that may open a number of files only.</summary>
    public static PortHost StartWithLimit(string state, int files, int length) => Start(
        state, "/bin/sh", "-c", $"ulimit -n {files}; exec dotnet \"$@\"", "sh", Host, "--ports", "1", $"{length}", state);

    /// <summary>Runs a host that sweeps and exits.</summary>
    public static async Task SweepAsync(string state)
    {
        using var host = Start(state, "dotnet", Host, "--ports", "sweep");
        await host._process.WaitForExitAsync();
    }

    public async Task<string?> ReadLineAsync() => await _process.StandardOutput.ReadLineAsync();

    /// <summary>The first port of each block, when all servers run.</summary>
    public async Task<int[]> ReadPortsAsync()
    {
        var line = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The host has ended.");
        return [.. line["held ".Length..].Split(',').Select(port => int.Parse(port, CultureInfo.InvariantCulture))];
    }

    public void Kill() => _process.Kill();

    /// <summary>Lets it reap its servers and exit.</summary>
    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(30_000))
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static PortHost Start(string state, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["XDG_RUNTIME_DIR"] = state;
        return new PortHost(Process.Start(start)!);
    }
}
