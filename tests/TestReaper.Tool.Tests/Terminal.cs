using System.Diagnostics;
using System.Text;
using TestReaper.Tests.Infrastructure;

namespace TestReaper.Tool.Tests;

/// <summary>Runs the tool on a pseudo-terminal, which script(1) creates, and types into it.</summary>
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

    /// <param name="runtimeDirectory">XDG_RUNTIME_DIR, which contains the ledgers.</param>
    /// <param name="variables">Further environment variables, as NAME=value.</param>
    /// <param name="command">A shell command line in which $TOOL stands for the tool.</param>
    public static Terminal Open(string runtimeDirectory, string[] variables, string command)
    {
        // exec replaces the shell: Ctrl+C would end the shell too.
        var line = $"exec {command.Replace("$TOOL", $"dotnet {ToolRun.Tool}", StringComparison.Ordinal)}";
        var start = new ProcessStartInfo(Programs.Require("script"), ["-qefc", line, "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["SHELL"] = "/bin/sh";
        start.Environment["TERM"] = "xterm";
        start.Environment["XDG_RUNTIME_DIR"] = runtimeDirectory;
        start.Environment.Remove("TESTREAPER_SCOPE");
        start.Environment.Remove("NO_COLOR");
        foreach (var variable in variables)
        {
            start.Environment[variable.Split('=')[0]] = variable.Split('=')[1];
        }

        return new Terminal(Process.Start(start)!);
    }

    public Task WaitForTextAsync(string text) =>
        Poll.UntilAsync(() => Screen.Contains(text, StringComparison.Ordinal), () => $"'{text}' on the screen: {Screen}");

    public void Type(string keys)
    {
        _script.StandardInput.Write(keys);
        _script.StandardInput.Flush();
    }

    public async Task<int> WaitForExitAsync()
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

    // Not line by line: a prompt does not end its line.
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
