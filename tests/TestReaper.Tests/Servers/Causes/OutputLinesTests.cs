using System.Diagnostics;
using TestReaper.Platform;
using TestReaper.Servers.Causes;
using TestReaper.Servers.Output;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>The lines that are searched have their numbers in the log.</summary>
public sealed class OutputLinesTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("lines-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact(Timeout = 30_000)]
    public async Task All_lines_of_the_log_are_read_and_one_without_an_end()
    {
        await Task.CompletedTask;
        var output = Output();
        Enumerable.Range(1, 3000).ToList().ForEach(number => output.Add($"line {number}"));
        output.ShowUnfinished(0, "prompt>");

        var lines = Read(output);

        Assert.Equal([new OutputLine(1, "line 1"), new OutputLine(2, "line 2")], lines.Take(2));
        Assert.Equal([new OutputLine(3000, "line 3000"), new OutputLine(3001, "prompt>")], lines.TakeLast(2));
    }

    [Fact(Timeout = 30_000)]
    public async Task Without_a_log_the_kept_lines_are_read()
    {
        await Task.CompletedTask;
        var output = new ServerOutput(null);
        output.Add("one");
        output.Add("\u001b[31mtwo\u001b[0m");

        Assert.Equal([new OutputLine(1, "one"), new OutputLine(2, "two")], Read(output));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_log_of_many_megabytes_is_read_at_both_ends()
    {
        await Task.CompletedTask;
        var output = Output();
        var filling = new string('x', 1000);
        Enumerable.Range(1, 20_000).ToList().ForEach(number => output.Add($"{number} {filling}"));

        var lines = Read(output);

        Assert.Equal(1, lines[0].Number);
        Assert.StartsWith("20000 ", lines[^1].Text, StringComparison.Ordinal);
        Assert.Equal(0, lines[^1].Number);
        Assert.InRange(lines.Count, 2000, 10_000);
        Assert.StartsWith("A line near the end of the output: 20000 ", lines[^1].Quote(), StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task Of_a_server_that_was_ready_the_lines_after_that_are_read()
    {
        var output = Output();
        output.Add("Error: an old one");
        await Task.Delay(600);
        var ready = Stopwatch.GetTimestamp();
        output.Add("line 2");
        output.ShowUnfinished(0, "prompt>");

        var lines = OutputLines.ReadEnd(output, ready, Stopwatch.GetTimestamp());

        Assert.Equal([new OutputLine(2, "line 2"), new OutputLine(3, "prompt>")], lines);
    }

    [Fact(Timeout = 30_000)]
    public async Task Of_a_server_that_was_ready_the_lines_of_the_last_seconds_are_read()
    {
        await Task.CompletedTask;
        var output = Output();
        var ready = Stopwatch.GetTimestamp();
        output.Add("Error: an old one");

        Assert.Single(OutputLines.ReadEnd(output, ready, ready + (20 * Stopwatch.Frequency)));
        Assert.Empty(OutputLines.ReadEnd(output, ready, ready + (40 * Stopwatch.Frequency)));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_last_lines_have_their_numbers()
    {
        await Task.CompletedTask;
        var output = Output();
        Enumerable.Range(1, 3000).ToList().ForEach(number => output.Add($"line {number}"));
        var now = Stopwatch.GetTimestamp();

        var lines = OutputLines.ReadEnd(output, now - (20 * Stopwatch.Frequency), now);

        Assert.Equal((new OutputLine(2001, "line 2001"), new OutputLine(3000, "line 3000")), (lines[0], lines[^1]));
    }

    private static IReadOnlyList<OutputLine> Read(ServerOutput output) => OutputLines.ReadStart(output, ProcessPlatform.Current);

    private ServerOutput Output() => new(new LogFile(Path.Combine(_directory.FullName, "log")));
}
