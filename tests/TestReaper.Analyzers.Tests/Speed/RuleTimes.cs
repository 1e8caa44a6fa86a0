using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TestReaper.Analyzers.Rules;

namespace TestReaper.Analyzers.Tests.Speed;

/// <summary>The time of each rule in a compilation on one core, compared with the time for parsing, binding and emitting.</summary>
/// <param name="Classes">The size of the compiled project.</param>
/// <param name="Compiler">The time of one compilation without rules.</param>
/// <param name="Rules">The times by the name of the rule's class.</param>
internal sealed record RuleTimes(int Classes, TimeSpan Compiler, IReadOnlyDictionary<string, TimeSpan> Rules)
{
    public double AllPercent => Percent(Rules.Values.Aggregate(TimeSpan.Zero, (sum, time) => sum + time));

    public double WorstPercent => Rules.Values.Max(Percent);

    /// <summary>The medians of the rounds. An extra first round warms up the code and does not count.</summary>
    public static async Task<RuleTimes> MeasureAsync(int classes, int rounds)
    {
        var sources = GeneratedProject.CreateSources(classes);
        List<TimeSpan> compiler = [];
        var rules = new Dictionary<string, List<TimeSpan>>();
        for (var round = 0; round <= rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            var isEmitted = GeneratedProject.Compile(sources).Emit(Stream.Null).Success;
            var time = watch.Elapsed;
            if (!isEmitted)
            {
                throw new InvalidOperationException("The generated project does not compile.");
            }

            var measured = await MeasureAsync(GeneratedProject.Compile(sources));
            if (round > 0)
            {
                compiler.Add(time);
                foreach (var (rule, cost) in measured)
                {
                    (rules.TryGetValue(rule, out var costs) ? costs : rules[rule] = []).Add(cost);
                }
            }
        }

        return new RuleTimes(classes, Median(compiler), rules.ToDictionary(rule => rule.Key, rule => Median(rule.Value)));
    }

    public static string ToTable(IReadOnlyList<RuleTimes> sizes)
    {
        var text = new StringBuilder(Row("rule", size => $"{size.Classes:N0} classes")).Append("|---|");
        text.Insert(text.Length, "---|", sizes.Count).Append('\n');
        text.Append(Row(
            "the compiler alone", size => string.Create(CultureInfo.InvariantCulture, $"{size.Compiler.TotalMilliseconds:0} ms")));
        foreach (var rule in sizes[0].Rules.Keys.Order(StringComparer.Ordinal))
        {
            text.Append(Row(rule, size => size.Describe(size.Rules[rule])));
        }

        text.Append(Row("all rules", size => string.Create(CultureInfo.InvariantCulture, $"{size.AllPercent:0.00}%")));
        return text.ToString();

        string Row(string name, Func<RuleTimes, string> cell) => $"| {name} |{string.Concat(sizes.Select(size => $" {cell(size)} |"))}\n";
    }

    private static async Task<IEnumerable<(string Rule, TimeSpan Time)>> MeasureAsync(Compilation compilation)
    {
        ImmutableArray<DiagnosticAnalyzer> rules = [.. typeof(HidesLifeCycleAnalyzer).Assembly.GetTypes()
            .Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(DiagnosticAnalyzer)))
            .Where(type => !type.IsSubclassOf(typeof(DiagnosticSuppressor)))
            .Select(type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!)];
        var options = new CompilationWithAnalyzersOptions(
            new AnalyzerOptions([]), null, concurrentAnalysis: false, logAnalyzerExecutionTime: true);
        var analysis = compilation.WithAnalyzers(rules, options);
        await analysis.GetAnalyzerDiagnosticsAsync();
        List<(string, TimeSpan)> times = [];
        foreach (var rule in rules)
        {
            times.Add((rule.GetType().Name, (await analysis.GetAnalyzerTelemetryInfoAsync(rule, CancellationToken.None)).ExecutionTime));
        }

        return times;
    }

    private static TimeSpan Median(List<TimeSpan> times) => times.Order().ElementAt(times.Count / 2);

    private string Describe(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.0} ms, {Percent(time):0.00}%");

    private double Percent(TimeSpan time) => 100 * time / Compiler;
}
