using System.Globalization;
using System.Text;
using TestReaper.Benchmarks.Trees;

namespace TestReaper.Benchmarks.Reporting;

/// <summary>Writes the results of a run as a Markdown page.</summary>
internal sealed class Report(Options options)
{
    private readonly DateTimeOffset _start = DateTimeOffset.UtcNow;
    private readonly string _load = File.ReadAllText("/proc/loadavg").Trim();

    public void Write(Timings timings, IReadOnlyList<Target> targets, string firstReap)
    {
        var text = Format(timings, targets, firstReap);
        Console.WriteLine(text);
        if (options.FindReportFile() is { } file)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
            Progress.Report($"the report is in {file}");
        }
    }

    private string Format(Timings timings, IReadOnlyList<Target> targets, string firstReap)
    {
        var text = new StringBuilder();
        var kernel = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        text.Append(CultureInfo.InvariantCulture, $"""
            # Benchmarks{(options.IsQuick ? " (--quick: too few iterations for a comparison)" : "")}

            Written by `dotnet cake --target=Bench`. {_start:yyyy-MM-dd HH:mm} UTC, Linux {kernel},
            {Environment.ProcessorCount} cores, .NET {Environment.Version}, load average at the start {_load}.

            ## Targets

            | measurement | target | result | verdict |
            |---|---|---|---|

            """);
        foreach (var target in targets)
        {
            text.AppendLine($"| {target.What} | {target.MustReach} | {target.Reached} | {target.Verdict} |");
        }

        text.Append(CultureInfo.InvariantCulture, $"""

            ## From SIGKILL to gone

            Wall ms / CPU ms of the waiting process, medians of {options.Iterations} iterations. A cell that takes longer than
            {options.TimePerCell.TotalSeconds:0} s has fewer iterations, as noted. Each iteration has a fresh tree. TestReaper:
            `ServerProcess.ReapAsync` with the default options and a grace period of zero, warm.

            | processes | bystanders |
            """);
        text.AppendLine(string.Concat(timings.Contestants.Select(name => $" {name} |")));
        text.AppendLine("|---|---|" + string.Concat(timings.Contestants.Select(_ => "---|")));
        foreach (var (shape, bystanders) in timings.Rows)
        {
            var cells = timings.Contestants.Select(name => $" {Format(timings.Get(shape, bystanders, name))} |");
            text.AppendLine(CultureInfo.InvariantCulture, $"| {shape} | {bystanders:N0} |{string.Concat(cells)}");
        }

        return text.AppendLine().AppendLine(firstReap).ToString();
    }

    private string Format(Cell cell)
    {
        if (cell.Series is not { Count: > 0 } series)
        {
            return $"not run: {cell.Reason}";
        }

        var runs = series.Count < options.Iterations ? $" ({series.Count} run{(series.Count == 1 ? "" : "s")})" : "";
        return $"{Ms(series.Wall)} / {Ms(series.Cpu)}{runs}";
    }

    public static string Ms(double value) =>
        value.ToString(value < 10 ? "0.00" : value < 100 ? "0.0" : "0", CultureInfo.InvariantCulture);
}
