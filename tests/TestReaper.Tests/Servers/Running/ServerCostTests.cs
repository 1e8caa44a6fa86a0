using System.Globalization;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Zoo;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>What real servers cost. Most lower bounds hold with and without a cgroup.</summary>
public sealed class ServerCostTests : RunningServers
{
    private const long MiB = 1 << 20;
    private const string Burn = "i=0; while [ $i -lt 400000 ]; do i=$((i+1)); done";

    [Fact(Timeout = 60_000)]
    public async Task The_CPU_time_of_the_server_is_that_of_the_kernel()
    {
        await using var server = await StartUntilAsync("done", Shell($"{Burn}; echo done; exec sleep 100"));
        var used = ProcStat.CpuTimeOf(server.ProcessId)!.Value;

        var cost = (await server.ReapAsync()).Cost!;

        Assert.True(used > TimeSpan.FromMilliseconds(50), $"The server has used {used}.");
        Assert.NotEqual(CostSource.NotMeasured, cost.CpuTimeSource);
        Assert.InRange(cost.CpuTime!.Value, used - TimeSpan.FromMilliseconds(20), used + TimeSpan.FromSeconds(1));
    }

    /// <summary>Each is too short for most samples. A cgroup counts them; without one, the shell has waited for them.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Short_workers_count_as_well()
    {
        var worker = $"({Burn.Replace("400000", "20000", StringComparison.Ordinal)})";
        var script = string.Join(';', Enumerable.Repeat(worker, 20));
        await using var server = await StartUntilAsync("done", Shell($"{script}; echo done; cat /proc/$$/stat; sleep 100"));
        await Poll.UntilAsync(() => server.Output.Tail.Count > 1, "the line with the CPU time of the workers");
        var fields = server.Output.Tail[1].Split(' ');
        var workers = int.Parse(fields[15], CultureInfo.InvariantCulture) + int.Parse(fields[16], CultureInfo.InvariantCulture);

        var cost = (await server.ReapAsync()).Cost!;

        Assert.True(workers > 5, $"The workers have used {workers} ticks.");
        Assert.True(cost.CpuTime >= TimeSpan.FromMilliseconds(10 * (workers - 2)), $"{cost.CpuTime} is less than {workers} ticks.");
    }

    [Fact(Timeout = 60_000)]
    public async Task The_memory_of_the_server_is_measured()
    {
        const int Size = 100_000_000;
        var options = Shell($"x=$(head -c {Size} /dev/zero | tr '\\0' x); echo done; read line; echo $x");
        await using var server = await StartUntilAsync("done", options with { RedirectStandardInput = true });

        var cost = (await server.ReapAsync()).Cost!;

        Assert.NotEqual(CostSource.NotMeasured, cost.PeakMemorySource);
        Assert.InRange(cost.PeakMemory!.Value, Size, 8L * Size);
    }

    /// <summary>A shell that exits has waited for its workers.</summary>
    [Fact(Timeout = 60_000)]
    public Task Without_a_cgroup_the_time_of_collected_workers_is_a_lower_bound() => AssertLowerBoundsAsync(
        "rusage",
        file => $"echo $$ > {file}; (i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done); exit 0",
        shell => ProcStat.StateOf(shell) is 'Z' or null);

    /// <summary>The root never collects its worker, also if that is killed first. Only a sample has the CPU time of the worker.</summary>
    [Fact(Timeout = 60_000)]
    public Task Without_a_cgroup_the_sampled_numbers_are_lower_bounds() => AssertLowerBoundsAsync(
        "samples",
        file => $"(i=0; while :; do i=$((i+1)); done) & echo $! > {file}; exec sleep 100",
        worker => ProcStat.CpuTimeOf(worker) >= TimeSpan.FromMilliseconds(100));

    [Fact(Timeout = 60_000)]
    public async Task The_line_with_the_cost_is_logged_once_at_the_end()
    {
        await using var server = await StartUntilAsync("up", Program("--print", "up"));

        var report = await server.ReapAsync();
        await server.DisposeAsync();

        var line = Assert.Single(Logged.Split('\n'), line => line.StartsWith("Cost: ", StringComparison.Ordinal));
        Assert.EndsWith(line, report.ToString(), StringComparison.Ordinal);
        Assert.Matches("^Cost: peak memory .*; CPU time .*; after the spawn: first line .*, ready .*, stop .*, gone .*, released ", line);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_report_of_a_tree_without_a_server_has_no_cost()
    {
        using var process = TestProgram.Start("--registry", Registry.Directory, "--role", "root");
        await Registry.WaitForAsync(1);

        var report = await ProcessReaper.KillTreeAsync(process.Id);

        Assert.Null(report.Cost);
        Assert.Null(report.Timeline);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_report_of_a_failed_reap_has_the_cost_as_well()
    {
        var file = Path.Combine(Registry.Directory, ".lock");
        using var holder = TestProgram.Start("--registry", Registry.Directory, "--role", "holder", "--lock", file);
        await Registry.WaitForAsync(1);
        var options = Program("--print", "up") with
        {
            Reap = AtOnce with { LockFiles = [file], ReleaseTimeout = TimeSpan.FromMilliseconds(300) },
        };
        var server = await StartUntilAsync("up", options);

        var failure = await Assert.ThrowsAsync<ReapTimeoutException>(() => server.ReapAsync());

        Assert.True(failure.Report.Cost!.PeakMemory > MiB);
        Assert.NotNull(failure.Report.Timeline!.Gone);
        Assert.Null(failure.Report.Timeline.Released);
    }

    private async Task AssertLowerBoundsAsync(string source, Func<string, string> script, Func<int, bool> hasWorked)
    {
        var file = Path.Combine(Registry.Directory, ".pid");
        using var host = ZooHost.Start(ZooHost.Command(LayerSet.NoCGroup, "--stdin", "--", "/bin/sh", "-c", script(file)));
        var pid = 0;
        await Poll.UntilAsync(
            () => File.Exists(file)
                && int.TryParse(File.ReadAllText(file), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out pid),
            "the pid in the file");
        await Poll.UntilAsync(() => hasWorked(pid), "the CPU time of the worker");

        // The next sample has that time, also on a busy machine.
        await Task.Delay(TimeSpan.FromSeconds(3));
        host.SendLine();

        var report = await host.ReportAsync();

        Assert.Equal("reaped", report.Outcome);
        Assert.Matches(
            $@"Cost: peak memory at least [0-9.]+ [KM]iB \(samples\); CPU time at least [0-9.]+ s \({source}\); after", report.Message);
    }
}
