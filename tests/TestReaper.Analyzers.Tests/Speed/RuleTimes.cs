using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TestReaper.Analyzers.Rules;

namespace TestReaper.Analyzers.Tests.Speed;

/// <summary>What each rule costs a compilation, on one core, against what the compiler costs: its parsing, binding and emitting.</summary>
/// <param name="Compiler">Of one compilation without rules.</param>
/// <param name="Rules">By the name of the rule's class.</param>
internal sealed record RuleTimes(int Classes, TimeSpan Compiler, IReadOnlyDictionary<string, TimeSpan> Rules)
{
    public double AllPercent => Percent(Rules.Values.Aggregate(TimeSpan.Zero, (sum, time) => sum + time));

    public double WorstPercent => Rules.Values.Max(Percent);

    /// <summary>The medians of some rounds; the first, in which all code is still cold, does not count.</summary>
    public static async Task<RuleTimes> MeasureAsync(int classes, int rounds)
    {
        var sources = GeneratedProject.Sources(classes);
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

            var told = await JudgeAsync(GeneratedProject.Compile(sources));
            if (round > 0)
            {
                compiler.Add(time);
                foreach (var (rule, cost) in told)
                {
                    (rules.TryGetValue(rule, out var costs) ? costs : rules[rule] = []).Add(cost);
                }
            }
        }

        return new RuleTimes(classes, Median(compiler), rules.ToDictionary(rule => rule.Key, rule => Median(rule.Value)));
    }

    public static string ToTable(IReadOnlyList<RuleTimes> sizes)
    {
        var text = new StringBuilder($"| rule |{string.Concat(sizes.Select(size => $" {size.Classes:N0} classes |"))}\n|---|{string.Concat(sizes.Select(_ => "---|"))}\n");
        text.Append($"| the compiler alone |{string.Concat(sizes.Select(size => string.Create(CultureInfo.InvariantCulture, $" {size.Compiler.TotalMilliseconds:0} ms |")))}\n");
        foreach (var rule in sizes[0].Rules.Keys.Order(StringComparer.Ordinal))
        {
            text.Append($"| {rule} |{string.Concat(sizes.Select(size => string.Create(CultureInfo.InvariantCulture, $" {size.Rules[rule].TotalMilliseconds:0.0} ms, {size.Percent(size.Rules[rule]):0.00}% |")))}\n");
        }

        return text.Append($"| all rules |{string.Concat(sizes.Select(size => string.Create(CultureInfo.InvariantCulture, $" {size.AllPercent:0.00}% |")))}\n").ToString();
    }

    private static async Task<IEnumerable<(string Rule, TimeSpan Time)>> JudgeAsync(Compilation compilation)
    {
        ImmutableArray<DiagnosticAnalyzer> rules = [.. typeof(HidesLifeCycleAnalyzer).Assembly.GetTypes()
            .Where(type => !type.IsAbstract && typeof(DiagnosticAnalyzer).IsAssignableFrom(type) && !typeof(DiagnosticSuppressor).IsAssignableFrom(type))
            .Select(type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!)];
        var judged = compilation.WithAnalyzers(rules, new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), null, concurrentAnalysis: false, logAnalyzerExecutionTime: true));
        await judged.GetAnalyzerDiagnosticsAsync();
        List<(string, TimeSpan)> times = [];
        foreach (var rule in rules)
        {
            times.Add((rule.GetType().Name, (await judged.GetAnalyzerTelemetryInfoAsync(rule, CancellationToken.None)).ExecutionTime));
        }

        return times;
    }

    private static TimeSpan Median(List<TimeSpan> times) => times.Order().ElementAt(times.Count / 2);

    private double Percent(TimeSpan time) => 100 * time / Compiler;
}
