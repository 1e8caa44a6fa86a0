using System.Diagnostics;
using System.Globalization;

namespace TestReaper.Tests.Servers;

/// <summary>A test host in a process of its own, with servers that have blocks of ports.</summary>
internal sealed class PortHost : IDisposable
{
    private readonly Process _process;

    private PortHost(Process process) => _process = process;

    public int Pid => _process.Id;

    /// <param name="state">The XDG_RUNTIME_DIR of the host.</param>
    /// <param name="servers">The number of servers.</param>
    /// <param name="length">The number of ports of each.</param>
    public static PortHost Start(string state, int servers, int length)
    {
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "TestReaper.TestHost.dll"), "--ports", $"{servers}", $"{length}", state];
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["XDG_RUNTIME_DIR"] = state;
        return new PortHost(Process.Start(start)!);
    }

    /// <summary>The first port of each block, when all servers run.</summary>
    public async Task<int[]> ReadPortsAsync()
    {
        var line = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The host has ended.");
        return [.. line["held ".Length..].Split(',').Select(port => int.Parse(port, CultureInfo.InvariantCulture))];
    }

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
}
