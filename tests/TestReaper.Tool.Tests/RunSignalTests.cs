using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text.Json;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tool.Tests;

/// <summary><c>testreaper run</c> forwards signals to its command, and reaps whatever is left when the command has exited.</summary>
[SupportedOSPlatform("linux")]
public sealed class RunSignalTests : IDisposable
{
    // Starts a daemon in its own session, and exits with 9 on the signal "$2".
    private const string Script =
        "setsid \"$0\" --registry \"$1\" --role left & trap 'exit 9' \"$2\"; \"$0\" --registry \"$1\" --role main & wait $!; wait";

    private readonly LedgerDirectory _ledgers = new();
    private readonly ProcessRegistry _registry = new();

    public void Dispose()
    {
        _registry.Dispose();
        _ledgers.Dispose();
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("TERM", LibC.SIGTERM, 9)]
    [InlineData("INT", LibC.SIGINT, 9)]
    [InlineData("HUP", LibC.SIGHUP, 9)]
    [InlineData("USR1", LibC.SIGTERM, 128 + LibC.SIGTERM)]
    public async Task A_signal_is_forwarded_to_the_command(string trapped, int signal, int expected)
    {
        // A shell cannot trap a signal that it inherits as ignored, as in a background job of a shell without job control.
        Skip.If(IsIgnored(signal), "This test run was started with the signal ignored.");
        string[] command = ["sh", "-c", Script, TestProgram.Path, _registry.Directory, trapped];
        using var run = ToolRun.Start(_ledgers.RuntimeDirectory, ["run", "--", .. command]);
        await _registry.WaitForAsync(2);

        _ = LibC.kill(run.Id, signal);
        await run.WaitForExitAsync();

        Assert.Equal(expected, run.ExitCode);
        _registry.AssertNoneAlive();
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_signal_that_arrives_during_the_start_is_forwarded()
    {
        Skip.If(IsIgnored(LibC.SIGHUP), "This test run was started with the signal ignored.");
        string[] arguments = [ToolRun.Tool, "run", "--json", "--", "sleep", "60"];
        using var run = Process.Start(new ProcessStartInfo("dotnet", arguments)
        {
            RedirectStandardOutput = true,
            Environment = { ["XDG_RUNTIME_DIR"] = _ledgers.RuntimeDirectory },
        })!;
        SpinWait.SpinUntil(() => HasChild(run.Id, "sleep"), TimeSpan.FromSeconds(30));

        _ = LibC.kill(run.Id, LibC.SIGHUP);

        // A tool that died of the signal itself would write nothing.
        using var report = JsonDocument.Parse(await run.StandardOutput.ReadToEndAsync());
        await run.WaitForExitAsync();
        Assert.Equal(128 + LibC.SIGHUP, run.ExitCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_second_signal_kills_a_command_that_ignores_the_first()
    {
        string[] command = [TestProgram.Path, "--registry", _registry.Directory, "--role", "root", "--children", "1", "--ignore-term"];
        using var run = ToolRun.Start(_ledgers.RuntimeDirectory, ["run", "--", .. command]);
        await _registry.WaitForAsync(2);

        _ = LibC.kill(run.Id, LibC.SIGTERM);
        await Task.Delay(300);
        Assert.False(run.HasExited);
        _ = LibC.kill(run.Id, LibC.SIGTERM);
        await run.WaitForExitAsync();

        Assert.Equal(128 + LibC.SIGKILL, run.ExitCode);
        _registry.AssertNoneAlive();
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("INT", 9)]
    [InlineData("USR1", 128 + LibC.SIGINT)]
    public async Task Ctrl_C_reaches_the_command_once_and_its_leftovers_are_reaped(string trapped, int expected)
    {
        var script = Script.Replace("'", "\"", StringComparison.Ordinal);
        using var terminal = Terminal.Open(
            _ledgers.RuntimeDirectory, [], $"$TOOL run -- sh -c '{script}' {TestProgram.Path} {_registry.Directory} {trapped}");
        await _registry.WaitForAsync(2);

        terminal.Type("\u0003");

        Assert.Equal(expected, await terminal.WaitForExitAsync());
        _registry.AssertNoneAlive();
        Assert.Contains("left processes behind", terminal.Screen, StringComparison.Ordinal);
    }

    private static bool HasChild(int process, string name)
    {
        try
        {
            return Directory.GetDirectories($"/proc/{process}/task")
                .SelectMany(task => File.ReadAllText($"{task}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Any(child => File.ReadAllText($"/proc/{child}/comm").TrimEnd() == name);
        }
        catch (IOException)
        {
            return false; // a thread or a child has just exited
        }
    }

    private static bool IsIgnored(int signal)
    {
        var line = File.ReadAllLines("/proc/self/status").First(text => text.StartsWith("SigIgn:", StringComparison.Ordinal));
        var mask = ulong.Parse(line["SigIgn:".Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return (mask & (1ul << (signal - 1))) != 0;
    }
}
