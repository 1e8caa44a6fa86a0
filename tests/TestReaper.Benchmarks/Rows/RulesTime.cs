using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using TestReaper.Analyzers.Tests.Speed;
using TestReaper.Benchmarks.Reporting;

namespace TestReaper.Benchmarks.Rows;

/// <summary>The time that the analyzers add to the compilation of a test project.</summary>
internal static class RulesTime
{
    public const string What = "all rules together against the compiler's own time";

    /// <summary>The argument that measures only this row and prints the time of each rule.</summary>
    public const string Verb = "rules";

    /// <summary>The argument that measures in this process and prints the times as JSON.</summary>
    public const string HostVerb = "--rules";

    private const double LimitOfAll = 5, LimitOfOne = 2, LimitOfGrowth = 1.5;
    private const int WarmUp = 100;
    private static readonly int[] Sizes = [500, 1000, 2000];

    public static async Task<Target> MeasureAsync(Options options) => Judge(await MeasureAllAsync(options.IsQuick ? 1 : 3));

    public static async Task<int> ShowAsync()
    {
        var sizes = await MeasureAllAsync(3);
        Console.WriteLine(RuleTimes.ToTable(sizes));
        Console.WriteLine($"{What}: {Judge(sizes)}");
        return 0;
    }

    public static async Task<int> RunInThisHostAsync(string rounds)
    {
        // The compiler and the rules are warm in a build server. Without a warm-up only the sizes after the first would be.
        Progress.Report("rules: warming up");
        await RuleTimes.MeasureAsync(WarmUp, rounds: 10);
        List<RuleTimes> sizes = [];
        foreach (var classes in Sizes)
        {
            Progress.Report($"rules: {classes} classes");
            sizes.Add(await RuleTimes.MeasureAsync(classes, int.Parse(rounds, CultureInfo.InvariantCulture)));
        }

        Console.WriteLine(JsonSerializer.Serialize(sizes));
        return 0;
    }

    // The compiler uses the server garbage collector. A pause of the workstation collector is as long as a whole rule.
    private static async Task<IReadOnlyList<RuleTimes>> MeasureAllAsync(int rounds)
    {
        string[] arguments = [.. FreshHost.GetHostArguments(), HostVerb, rounds.ToString(CultureInfo.InvariantCulture)];
        var start = new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardOutput = true };
        start.Environment["DOTNET_gcServer"] = "1";
        using var host = Process.Start(start)!;
        var sizes = await host.StandardOutput.ReadToEndAsync();
        await host.WaitForExitAsync();
        return host.ExitCode == 0
            ? JsonSerializer.Deserialize<List<RuleTimes>>(sizes)!
            : throw new InvalidOperationException($"The process that measures the rules exited with {host.ExitCode}.");
    }

    // The compiler's time is linear, so the rules are linear if their share of it does not grow with the project.
    private static Target Judge(IReadOnlyList<RuleTimes> sizes)
    {
        var growth = sizes[^1].AllPercent / sizes[0].AllPercent;
        var worst = sizes[^1].Rules.MaxBy(rule => rule.Value);
        return new Target(
            What,
            string.Create(CultureInfo.InvariantCulture, $"under {LimitOfAll}%, no rule over {LimitOfOne}%, linear"),
            $"{string.Join(", ", sizes.Select(size => FormatPercent(size.AllPercent)))} for {string.Join(", ", Sizes)} classes; "
            + $"the slowest is {worst.Key} with {FormatPercent(sizes.Max(size => size.WorstPercent))}",
            sizes.All(size => size.AllPercent < LimitOfAll && size.WorstPercent <= LimitOfOne) && growth < LimitOfGrowth);
    }

    private static string FormatPercent(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:0.00}%");
}
