using TestReaper.Servers.Causes;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>The rules recognize the logs of real servers, and leave alone what is not a cause.</summary>
public sealed class CauseLogTests
{
    private const int MinServers = 4, MinLogs = 3;

    public static TheoryData<int, string> Logs()
    {
        var data = new TheoryData<int, string>();
        for (var i = 0; i < CauseLog.All.Count; i++)
        {
            data.Add(i, $"{CauseLog.All[i].Kind} of {CauseLog.All[i].Server}");
        }

        return data;
    }

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(Logs))]
    public async Task A_log_has_its_kind_and_its_line(int index, string name)
    {
        await Task.CompletedTask;
        var log = CauseLog.All[index];

        var cause = CauseFinder.Find(new CauseEvidence { Lines = [.. log.Lines.Select((line, at) => new OutputLine(at + 1, line))] });

        Assert.True(log.Kind == cause.Kind, $"{name}: {cause}");
        if (log.Evidence > 0)
        {
            Assert.Contains($"Line {log.Evidence} of the output: ", cause.Evidence, StringComparison.Ordinal);
            Assert.Contains(log.Lines[log.Evidence - 1].Trim(), cause.Evidence, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal("No line of the output looks like an error.", cause.Evidence);
        }

        Assert.DoesNotContain("{what}", cause.ToString(), StringComparison.Ordinal);
        Assert.Equal(log.Kind == FailureKind.Unknown, cause.Hint.Length == 0);
    }

    [Fact(Timeout = 30_000)]
    public async Task Every_kind_has_logs_of_several_servers_and_shapes()
    {
        await Task.CompletedTask;
        foreach (var kind in Enum.GetValues<FailureKind>())
        {
            var logs = CauseLog.All.Where(log => log.Kind == kind).ToList();

            Assert.True(logs.Count >= MinLogs, $"{kind} has {logs.Count} logs.");
            Assert.True(logs.DistinctBy(log => log.Server).Count() >= MinServers, $"{kind} has logs of too few servers.");
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task Every_kind_has_a_summary_and_a_hint()
    {
        await Task.CompletedTask;
        foreach (var kind in Enum.GetValues<FailureKind>().Except([FailureKind.Unknown]))
        {
            var first = CauseRules.Current.First[kind];

            Assert.NotEmpty(first.Summary);
            Assert.NotEmpty(first.Hint);
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task A_line_that_no_rule_describes_is_refused()
    {
        await Task.CompletedTask;

        Assert.Throws<FormatException>(() => new CauseRules(["kind DiskFull", "advice Buy a disk."]));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_long_log_is_searched_in_a_bounded_time()
    {
        await Task.CompletedTask;
        var filling = new string('x', 100);
        var lines = Enumerable.Range(1, 200_000).Select(number => new OutputLine(number, $"block {number}: {filling}")).ToList();
        lines.Add(new OutputLine(0, "CUDA out of memory"));
        var start = System.Diagnostics.Stopwatch.GetTimestamp();

        var cause = CauseFinder.Find(new CauseEvidence { Lines = lines });

        Assert.Equal(FailureKind.GpuOutOfMemory, cause.Kind);
        Assert.InRange(System.Diagnostics.Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact(Timeout = 60_000)]
    public async Task All_steps_of_the_search_have_one_deadline()
    {
        await Task.CompletedTask;
        var asked = 0;
        var evidence = new CauseEvidence
        {
            Exit = new(1, null),
            Ports = [.. Enumerable.Range(9000, 50)],
            PortHolder = _ =>
            {
                asked++;
                Thread.Sleep(500);
                return null;
            },
        };
        var start = System.Diagnostics.Stopwatch.GetTimestamp();

        CauseFinder.Find(evidence);

        Assert.InRange(asked, 1, 10);
        Assert.InRange(System.Diagnostics.Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }
}
