using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using TestReaper.Analyzers.Tests.Shape;
using Xunit;
using Xunit.Abstractions;

namespace TestReaper.Analyzers.Tests.Robustness;

/// <summary>Incomplete code, as in an editor: the sources of the rules' tests, with tokens deleted, doubled and swapped.</summary>
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
        var seed = Environment.GetEnvironmentVariable("TESTREAPER_MUTATION_SEED") is { } given
            ? int.Parse(given, CultureInfo.InvariantCulture)
            : Environment.TickCount;
        output.WriteLine($"TESTREAPER_MUTATION_SEED={seed}");
        var random = new Random(seed);
        var sources = FindSources();
        Assert.True(sources.Count > 100, $"There are only {sources.Count} sources.");
        for (var i = 0; i < count; i++)
        {
            var mutated = Mutate(sources[random.Next(sources.Count)], random);
            var compilation = AllRules.Compile(Suites[random.Next(Suites.Length)], mutated);
            try
            {
                await AllRules.AnalyzeAsync(compilation);
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

    // Roslyn 4.8 throws when it binds `x += (_, _ = => 1);` in a nullable context, also without analyzers.
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

    /// <summary>The strings in the tests of the rules that look like C#.</summary>
    private static List<string> FindSources([CallerFilePath] string path = "")
    {
        var tests = Path.GetDirectoryName(Path.GetDirectoryName(path))!;
        return [.. Directory.GetFiles(tests, "*Tests.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .SelectMany(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file)).GetRoot().DescendantTokens())
            .Where(token => token.Kind()
                is SyntaxKind.StringLiteralToken
                or SyntaxKind.MultiLineRawStringLiteralToken
                or SyntaxKind.SingleLineRawStringLiteralToken)
            .Select(token => RemoveMarks(token.ValueText))
            .Where(text => text.Length > 25 && text.Contains(';', StringComparison.Ordinal))
            .Select(text => text.Contains("class ", StringComparison.Ordinal) ? text : AddClass(text))];
    }

    private static string RemoveMarks(string source) =>
        source.Replace("[|", "", StringComparison.Ordinal).Replace("|]", "", StringComparison.Ordinal);

    private static string AddClass(string statements) =>
        $"public class Tests : ServerProcessFixture {{ [Fact] public void One() {{ {statements} }} }}";

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
