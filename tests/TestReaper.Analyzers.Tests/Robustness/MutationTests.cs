using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using TestReaper.Analyzers.Tests.Shape;
using Xunit;
using Xunit.Abstractions;

namespace TestReaper.Analyzers.Tests.Robustness;

/// <summary>Code as it is while somebody types: the sources of the rules' tests, with tokens deleted, doubled and swapped.</summary>
public sealed class MutationTests(ITestOutputHelper output)
{
    private static readonly Suite[] Suites = [Suite.XunitV2, Suite.XunitV3, Suite.NUnit];

    [Fact(Timeout = 120_000)]
    public Task No_rule_throws_on_100_mutations() => RunAsync(100);

    [Fact(Timeout = 600_000)]
    [Trait("Category", "Full")]
    public Task No_rule_throws_on_2_000_mutations() => RunAsync(2_000);

    private async Task RunAsync(int count)
    {
        var seed = Environment.GetEnvironmentVariable("TESTREAPER_MUTATION_SEED") is { } given ? int.Parse(given, System.Globalization.CultureInfo.InvariantCulture) : Environment.TickCount;
        output.WriteLine($"TESTREAPER_MUTATION_SEED={seed}");
        var random = new Random(seed);
        List<string> sources = [.. Strings(), .. Cases()];
        Assert.True(sources.Count > 100, $"There are only {sources.Count} sources.");
        for (var i = 0; i < count; i++)
        {
            var mutated = Mutate(sources[random.Next(sources.Count)], random);
            var compilation = AllRules.Compile(Suites[random.Next(Suites.Length)], mutated);
            try
            {
                await AllRules.JudgeAsync(compilation);
            }
            catch (Exception) when (!BreaksTheCompiler(compilation))
            {
                output.WriteLine($"Mutation {i}:{Environment.NewLine}{mutated}");
                throw;
            }
            catch (ArgumentException error)
            {
                output.WriteLine($"Mutation {i} breaks the compiler itself: {error.Message}{Environment.NewLine}{mutated}");
            }
        }
    }

    // Roslyn 4.8 cannot bind `x += (_, _ = => 1);` where the types are nullable; no rule has a part in it.
    private static bool BreaksTheCompiler(CSharpCompilation compilation)
    {
        try
        {
            compilation.Clone().GetDiagnostics();
            return false;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }

    private static IEnumerable<string> Cases() =>
        from file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Cases")).Order(StringComparer.Ordinal)
        let rule = Path.GetFileNameWithoutExtension(file)
        from name in Snippet.NamesOf(rule)
        select Snippet.Of(rule, name).Source.Replace("[|", "", StringComparison.Ordinal).Replace("|]", "", StringComparison.Ordinal);

    /// <summary>The strings in the tests of the rules that look like C#.</summary>
    private static List<string> Strings([CallerFilePath] string path = "")
    {
        var tests = Path.GetDirectoryName(Path.GetDirectoryName(path))!;
        return [.. Directory.GetFiles(tests, "*Tests.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .SelectMany(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file)).GetRoot().DescendantTokens())
            .Where(token => token.IsKind(SyntaxKind.StringLiteralToken) || token.IsKind(SyntaxKind.MultiLineRawStringLiteralToken) || token.IsKind(SyntaxKind.SingleLineRawStringLiteralToken))
            .Select(token => token.ValueText.Replace("[|", "", StringComparison.Ordinal).Replace("|]", "", StringComparison.Ordinal))
            .Where(text => text.Length > 25 && text.Contains(';', StringComparison.Ordinal))
            .Select(text => text.Contains("class ", StringComparison.Ordinal) ? text : $"public class Tests : ServerProcessFixture {{ [Fact] public void One() {{ {text} }} }}")];
    }

    private static string Mutate(string source, Random random)
    {
        var tokens = CSharpSyntaxTree.ParseText(source).GetRoot().DescendantTokens().Select(token => token.ToFullString()).ToList();
        for (var edits = random.Next(1, 5); edits > 0 && tokens.Count > 2; edits--)
        {
            var (at, other) = (random.Next(tokens.Count), random.Next(tokens.Count));
            switch (random.Next(3))
            {
                case 0:
                    tokens.RemoveAt(at);
                    break;
                case 1:
                    tokens.Insert(at, tokens[at]);
                    break;
                default:
                    (tokens[at], tokens[other]) = (tokens[other], tokens[at]);
                    break;
            }
        }

        return string.Concat(tokens);
    }
}
