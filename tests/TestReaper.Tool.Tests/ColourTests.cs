using System.Runtime.Versioning;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tool.Tests;

/// <summary>Colours only where a terminal shows them, and none that a command line brings along.</summary>
[SupportedOSPlatform("linux")]
public sealed class ColourTests : IDisposable
{
    private const char Escape = '\u001b';
    private readonly string _scope = Guid.NewGuid().ToString("N")[..16];
    private readonly Ledgers _ledgers = new();
    private readonly ProcessRegistry _registry = new();

    public void Dispose()
    {
        _registry.Dispose();
        _ledgers.Dispose();
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("A=1", true)]
    [InlineData("NO_COLOR=1", false)]
    [InlineData("TERM=dumb", false)]
    public async Task On_a_terminal_headings_are_bold_unless_that_is_unwanted(string variable, bool expected)
    {
        await StartAsync();
        using var terminal = Terminal.Open(_ledgers.State, [variable], "$TOOL ps");

        Assert.Equal(0, await terminal.ExitCodeAsync());
        Assert.Contains(_scope, terminal.Screen, StringComparison.Ordinal);
        Assert.Equal(expected, terminal.Screen.Contains($"{Escape}[1m", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task In_a_file_there_is_none_and_each_process_has_one_line()
    {
        await StartAsync();

        var text = (await ToolRun.OfAsync(_ledgers.State, "ps")).StandardOutput;

        Assert.DoesNotContain(Escape, text);
        Assert.Contains("--role two  [31mlines", text, StringComparison.Ordinal);
    }

    private async Task StartAsync()
    {
        var start = TestProgram.StartInfo("--registry", _registry.Directory, "--role", $"two\n{Escape}[31mlines");
        start.Environment["TESTREAPER_SCOPE"] = _scope;
        System.Diagnostics.Process.Start(start)!.Dispose();
        await _registry.WaitForAsync(1);
    }
}
