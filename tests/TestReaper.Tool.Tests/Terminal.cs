using System.Diagnostics;
using System.Text;
using TestReaper.Tests.Infrastructure;

namespace TestReaper.Tool.Tests;

/// <summary>The tool on a terminal, which script(1) makes, with a person who types.</summary>
internal sealed class Terminal : IDisposable
{
    private readonly StringBuilder _screen = new();
    private readonly Process _script;
    private readonly Task _reading;

    private Terminal(Process script)
    {
        _script = script;
        _reading = ReadAsync();
    }

    public string Screen
    {
        get
        {
            lock (_screen)
            {
                return _screen.ToString();
            }
        }
    }

    /// <param name="state">Where ledgers are looked for.</param>
    /// <param name="variables">Further ones, NAME=value.</param>
    /// <param name="command">A line for a shell; $TOOL is the tool.</param>
    public static Terminal Open(string state, string[] variables, string command)
    {
        // Without the shell in between, or Ctrl+C would end it, too.
        var start = new ProcessStartInfo(Programs.Require("script"), ["-qefc", $"exec {command.Replace("$TOOL", $"dotnet {ToolRun.Tool}", StringComparison.Ordinal)}", "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["SHELL"] = "/bin/sh";
        start.Environment["TERM"] = "xterm";
        start.Environment["XDG_RUNTIME_DIR"] = state;
        start.Environment.Remove("TESTREAPER_SCOPE");
        start.Environment.Remove("NO_COLOR");
        foreach (var variable in variables)
        {
            start.Environment[variable.Split('=')[0]] = variable.Split('=')[1];
        }

        return new Terminal(Process.Start(start)!);
    }

    public Task ShowsAsync(string text) => Poll.UntilAsync(() => Screen.Contains(text, StringComparison.Ordinal), () => $"'{text}' on the screen: {Screen}");

    public void Type(string keys)
    {
        _script.StandardInput.Write(keys);
        _script.StandardInput.Flush();
    }

    public async Task<int> ExitCodeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        await _script.WaitForExitAsync(limit.Token);
        await _reading.WaitAsync(limit.Token);
        return _script.ExitCode;
    }

    public void Dispose()
    {
        if (!_script.HasExited)
        {
            _script.Kill();
        }

        _script.Dispose();
    }

    // Not by lines: a question ends none.
    private async Task ReadAsync()
    {
        var buffer = new char[1024];
        for (int count; (count = await _script.StandardOutput.ReadAsync(buffer)) > 0;)
        {
            lock (_screen)
            {
                _screen.Append(buffer, 0, count);
            }
        }
    }
}
