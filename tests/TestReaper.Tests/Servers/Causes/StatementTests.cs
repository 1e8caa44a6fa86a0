using TestReaper.Secrets;
using TestReaper.Servers.Causes;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>Which lines are statements of the server: where a log is cut, after warnings, and of several processes.</summary>
public sealed class StatementTests
{
    [Fact(Timeout = 30_000)]
    public async Task A_log_that_begins_inside_a_traceback_does_not_state_its_source_lines()
    {
        await Task.CompletedTask;
        string[] lines = ["    raise OSError('No space left on device')", "ValueError: 3 heads"];

        var cut = Find(lines, first: 701);
        Assert.Equal(FailureKind.Unknown, cut.Kind);
        Assert.Contains("Line 702 of the output: ValueError: 3 heads", cut.Evidence, StringComparison.Ordinal);

        Assert.Equal(FailureKind.DiskFull, Find(lines, first: 1).Kind);
    }

    [Fact(Timeout = 30_000)]
    public async Task Each_process_of_a_cut_log_may_be_inside_a_traceback()
    {
        await Task.CompletedTask;
        var cause = Find(
            [
                "(Worker pid=1) ERROR started",
                "(Worker pid=2)     raise OSError('No space left on device')",
                "(Worker pid=2) ModuleNotFoundError: No module named 'flash_attn'",
            ],
            first: 701);

        Assert.Equal(FailureKind.MissingModule, cause.Kind);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_end_of_a_long_log_begins_anew()
    {
        await Task.CompletedTask;
        OutputLine[] lines =
        [
            new(1, "Traceback (most recent call last):"),
            new(0, "    raise OSError('No space left on device')"),
            new(0, "ModuleNotFoundError: No module named 'flash_attn'"),
        ];

        Assert.Equal(FailureKind.MissingModule, CauseFinder.Find(new CauseEvidence { Lines = lines }).Kind);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("WARNING: no kernel", null, FailureKind.MissingModule)]
    [InlineData("WARNING: no kernel", "INFO: going on", FailureKind.Unknown)]
    [InlineData("WARNING: no kernel", "WARNING: at the end", FailureKind.MissingModule)]
    [InlineData("DEBUG: no kernel", "INFO: going on", FailureKind.Unknown)]
    [InlineData("INFO: started", "INFO: Shutting down", FailureKind.MissingModule)]
    [InlineData("ERROR: no kernel", "INFO: Shutting down", FailureKind.MissingModule)]
    [InlineData("no kernel, falling back", "INFO: going on", FailureKind.Unknown)]
    public async Task A_traceback_of_a_warning_counts_only_if_the_process_did_not_go_on(string before, string? after, FailureKind kind)
    {
        await Task.CompletedTask;
        string?[] lines =
            [before, "Traceback (most recent call last):", "  File \"a.py\", line 1", "ModuleNotFoundError: No module named 'x'", after];

        Assert.Equal(kind, Find([.. lines.OfType<string>()]).Kind);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_chained_exception_belongs_to_the_same_warning()
    {
        await Task.CompletedTask;
        var cause = Find(
        [
            "WARNING: no kernel", "Traceback (most recent call last):", "  File \"a.py\", line 1",
            "ModuleNotFoundError: No module named 'x'",
            "", "During handling of the above exception, another exception occurred:", "", "Traceback (most recent call last):",
            "  File \"b.py\", line 1", "ImportError: cannot import name 'y'", "INFO: going on", "ValueError: 3 heads",
        ]);

        Assert.Equal(FailureKind.Unknown, cause.Kind);
        Assert.EndsWith("ValueError: 3 heads", cause.Evidence, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_traceback_in_the_message_of_a_warning_does_not_count()
    {
        await Task.CompletedTask;
        var cause = Find(
            ["WARNING: failed: Traceback (most recent call last):", "  File \"a.py\", line 1", "ModuleNotFoundError: No module named 'x'"]);

        Assert.Equal(FailureKind.Unknown, cause.Kind);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_certain_statement_beats_an_earlier_doubtful_one()
    {
        await Task.CompletedTask;
        var cause = Find(
        [
            "WARNING: no kernel", "Traceback (most recent call last):", "  File \"a.py\", line 1",
            "ModuleNotFoundError: No module named 'x'",
            "torch.OutOfMemoryError: CUDA out of memory.",
        ]);

        Assert.Equal(FailureKind.GpuOutOfMemory, cause.Kind);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("Failed to connect: Network is unreachable, retrying in 5 s", FailureKind.Unknown)]
    [InlineData("Port 8000 is already in use, will retry", FailureKind.Unknown)]
    [InlineData("skipping /x because: Permission denied", FailureKind.Unknown)]
    [InlineData("ERROR: Network is unreachable, retrying in 5 s", FailureKind.NetworkUnavailable)]
    [InlineData("OSError: Network is unreachable while retrying", FailureKind.NetworkUnavailable)]
    public async Task A_line_about_another_attempt_is_harmless_unless_it_is_an_error(string line, FailureKind kind)
    {
        await Task.CompletedTask;

        Assert.Equal(kind, Find([line]).Kind);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_failure_of_the_search_leaves_the_cause_unknown()
    {
        await Task.CompletedTask;
        var mask = SecretMask.For([], [KeyValuePair.Create("API_KEY", "s3cr3t-k3y")]);

        var cause = CauseFinder.Find(() => throw new InvalidOperationException("the key is s3cr3t-k3y"), mask);

        Assert.Equal(FailureKind.Unknown, cause.Kind);
        Assert.Contains("The search for it failed: ", cause.Evidence, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", cause.ToString(), StringComparison.Ordinal);
    }

    private static FailureCause Find(string[] lines, int first = 1) =>
        CauseFinder.Find(new CauseEvidence { Lines = [.. lines.Select((line, index) => new OutputLine(first + index, line))] });
}
