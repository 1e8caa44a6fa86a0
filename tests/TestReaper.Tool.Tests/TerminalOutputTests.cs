using System.Globalization;
using System.Runtime.Versioning;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tool.Tests;

/// <summary><c>testreaper ps</c> draws styled trees on a terminal and plain text elsewhere.</summary>
[SupportedOSPlatform("linux")]
public sealed class TerminalOutputTests : IDisposable
{
    private const char Escape = '\u001b';

    // Wide enough that no line of a tree is wrapped.
    private const string PsOnWideTerminal = "sh -c 'stty columns 400; exec $TOOL ps'";
    private readonly string _scope = Guid.NewGuid().ToString("N")[..16];
    private readonly LedgerDirectory _ledgers = new();
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
    public async Task Headings_are_bold_on_a_terminal_that_supports_styles(string variable, bool expected)
    {
        await StartAsync($"two\n{Escape}[31mlines");
        using var terminal = Terminal.Open(_ledgers.RuntimeDirectory, [variable], "$TOOL ps");

        Assert.Equal(0, await terminal.WaitForExitAsync());
        Assert.Contains(_scope, terminal.Screen, StringComparison.Ordinal);
        Assert.Equal(expected, terminal.Screen.Contains($"{Escape}[1m", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task Redirected_output_has_no_escape_sequences_and_one_line_for_each_process()
    {
        await StartAsync($"two\n{Escape}[31mlines");

        var text = (await ToolRun.RunAsync(_ledgers.RuntimeDirectory, "ps")).StandardOutput;

        Assert.DoesNotContain(Escape, text);
        Assert.Contains("--role two  [31mlines", text, StringComparison.Ordinal);
    }

    /// <summary>A command line is text: neither its escape sequences nor its brackets style the output.</summary>
    [SkippableFact(Timeout = 60_000)]
    public async Task A_command_line_cannot_style_the_terminal()
    {
        await StartAsync($"[red]{Escape}[31mtwo");
        using var terminal = Terminal.Open(_ledgers.RuntimeDirectory, [], PsOnWideTerminal);

        Assert.Equal(0, await terminal.WaitForExitAsync());
        Assert.Contains("[red] [31mtwo", terminal.Screen, StringComparison.Ordinal);
        Assert.DoesNotContain($"{Escape}[31m", terminal.Screen, StringComparison.Ordinal);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_terminal_and_a_file_show_the_same_processes()
    {
        await StartAsync("root", "--children", "3", "--daemon");
        var tree = await _registry.WaitForAsync(5);
        using var terminal = Terminal.Open(_ledgers.RuntimeDirectory, [], PsOnWideTerminal);

        var text = (await ToolRun.RunAsync(_ledgers.RuntimeDirectory, "ps")).StandardOutput;

        Assert.Equal(0, await terminal.WaitForExitAsync());
        Assert.All(tree, process =>
        {
            var pid = process.Pid.ToString(CultureInfo.InvariantCulture);
            Assert.Contains(pid, text, StringComparison.Ordinal);
            Assert.Contains(pid, terminal.Screen, StringComparison.Ordinal);
        });
        Assert.Contains("running for", terminal.Screen, StringComparison.Ordinal);
    }

    private async Task StartAsync(string role, params string[] options)
    {
        var start = TestProgram.StartInfo(["--registry", _registry.Directory, "--role", role, .. options]);
        start.Environment["TESTREAPER_SCOPE"] = _scope;
        System.Diagnostics.Process.Start(start)!.Dispose();
        await _registry.WaitForAsync(1);
    }
}
