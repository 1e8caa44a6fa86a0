using System.Globalization;
using System.Runtime.Versioning;
using TestReaper.Platform.Linux.Native;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tool.Tests;

/// <summary>Signals during <c>testreaper run</c>: the command decides what comes of them, and nothing of it is left.</summary>
[SupportedOSPlatform("linux")]
public sealed class RunSignalTests : IDisposable
{
    // With a daemon, in a session of its own.
    private const string Script = "setsid \"$0\" --registry \"$1\" --role left & trap 'exit 9' \"$2\"; \"$0\" --registry \"$1\" --role main & wait $!; wait";
    private readonly Ledgers _ledgers = new();
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
    public async Task A_signal_is_passed_on(string trapped, int signal, int expected)
    {
        // As in a background job of a shell without job control: a shell below cannot trap it then.
        Skip.If(IsIgnored(signal), "The signal is ignored by whoever started this test run.");
        using var run = ToolRun.Start(_ledgers.State, "run", "--", "sh", "-c", Script, TestProgram.Path, _registry.Directory, trapped);
        await _registry.WaitForAsync(2);

        _ = LibC.kill(run.Id, signal);
        await run.WaitForExitAsync();

        Assert.Equal(expected, run.ExitCode);
        _registry.AssertNoneAlive();
    }

    [Fact(Timeout = 60_000)]
    public async Task The_second_signal_kills_what_ignores_the_first()
    {
        using var run = ToolRun.Start(_ledgers.State, "run", "--", TestProgram.Path, "--registry", _registry.Directory, "--role", "root", "--children", "1", "--ignore-term");
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
    public async Task Ctrl_C_reaches_the_command_once_and_what_it_leaves_is_reaped(string trapped, int expected)
    {
        using var terminal = Terminal.Open(_ledgers.State, [], $"$TOOL run -- sh -c '{Script.Replace("'", "\"", StringComparison.Ordinal)}' {TestProgram.Path} {_registry.Directory} {trapped}");
        await _registry.WaitForAsync(2);

        terminal.Type("\u0003");

        Assert.Equal(expected, await terminal.ExitCodeAsync());
        _registry.AssertNoneAlive();
        Assert.Contains("left processes behind", terminal.Screen, StringComparison.Ordinal);
    }

    private static bool IsIgnored(int signal)
    {
        var mask = File.ReadAllLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))["SigIgn:".Length..];
        return (ulong.Parse(mask.Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & 1ul << (signal - 1)) != 0;
    }
}
