using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using TestReaper.Analyzers.Tests.Speed;
using TestReaper.Benchmarks.Reporting;

namespace TestReaper.Benchmarks.Rows;

/// <summary>What the analyzers add to a compilation of a test project.</summary>
internal static class RulesTime
{
    public const string What = "all rules together against the compiler's own time";

    /// <summary>Measures this alone, and shows each rule.</summary>
    public const string Verb = "rules";

    /// <summary>Measures in this process, and writes the figures as JSON.</summary>
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
        // A build server's compiler and rules are warm; here they would be for the second size only.
        Progress.Say("rules: warming up");
        await RuleTimes.MeasureAsync(WarmUp, rounds: 10);
        List<RuleTimes> sizes = [];
        foreach (var classes in Sizes)
        {
            Progress.Say($"rules: {classes} classes");
            sizes.Add(await RuleTimes.MeasureAsync(classes, int.Parse(rounds, CultureInfo.InvariantCulture)));
        }

        Console.WriteLine(JsonSerializer.Serialize(sizes));
        return 0;
    }

    // The compiler runs with the server's garbage collector. With the other one its pauses are as long as a rule in all.
    private static async Task<IReadOnlyList<RuleTimes>> MeasureAllAsync(int rounds)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [.. FreshHost.Self(), HostVerb, rounds.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true };
        start.Environment["DOTNET_gcServer"] = "1";
        using var host = Process.Start(start)!;
        var sizes = await host.StandardOutput.ReadToEndAsync();
        await host.WaitForExitAsync();
        return host.ExitCode == 0 ? JsonSerializer.Deserialize<List<RuleTimes>>(sizes)! : throw new InvalidOperationException("The rules could not be measured.");
    }

    // Linear: the share of the compiler's time, which is linear itself, does not grow with the project.
    private static Target Judge(IReadOnlyList<RuleTimes> sizes)
    {
        var growth = sizes[^1].AllPercent / sizes[0].AllPercent;
        var worst = sizes[^1].Rules.MaxBy(rule => rule.Value);
        return new Target(
            What,
            string.Create(CultureInfo.InvariantCulture, $"under {LimitOfAll}%, no rule over {LimitOfOne}%, linear"),
            string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", sizes.Select(size => string.Create(CultureInfo.InvariantCulture, $"{size.AllPercent:0.00}%")))} for {string.Join(", ", Sizes)} classes; the dearest is {worst.Key} with {sizes.Max(size => size.WorstPercent):0.00}%"),
            sizes.All(size => size.AllPercent < LimitOfAll && size.WorstPercent <= LimitOfOne) && growth < LimitOfGrowth);
    }
}
