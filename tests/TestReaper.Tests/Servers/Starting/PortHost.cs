using System.Diagnostics;
using System.Globalization;

namespace TestReaper.Tests.Servers;

/// <summary>A test host in a process of its own, with servers that have blocks of ports, and files.</summary>
internal sealed class PortHost : IDisposable
{
    private readonly Process _process;

    private PortHost(Process process) => _process = process;

    public int Pid => _process.Id;

    /// <param name="state">The XDG_RUNTIME_DIR of the host.</param>
    /// <param name="servers">The number of servers.</param>
    /// <param name="length">The number of ports of each.</param>
    public static PortHost Start(string state, int servers, int length) =>
        Start(state, $"{servers}", $"{length}", state);

    /// <summary>Runs a host that sweeps and exits.</summary>
    public static async Task SweepAsync(string state)
    {
        using var host = Start(state, "sweep");
        await host._process.WaitForExitAsync();
    }

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

    private static PortHost Start(string state, params string[] arguments)
    {
        string[] command = [Path.Combine(AppContext.BaseDirectory, "TestReaper.TestHost.dll"), "--ports", .. arguments];
        var start = new ProcessStartInfo("dotnet", command)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["XDG_RUNTIME_DIR"] = state;
        return new PortHost(Process.Start(start)!);
    }
}
