using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using CliWrap;
using CliWrap.Buffered;
using TestReaper.Tests.Infrastructure;

namespace TestReaper.Acceptance;

/// <summary>The result of one run of `dotnet test`, from the console and from its trx file.</summary>
public sealed partial record SuiteRun(int ExitCode, string Console, Counts? OnConsole, IReadOnlyList<SuiteResult> Trx)
{
    private static readonly XNamespace Ns = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    public Counts InTrx => new(CountInTrx("Passed"), CountInTrx("Failed"), CountInTrx("NotExecuted"));

    public static async Task<SuiteRun> RunAsync(SuiteKind kind, string project, string prefix, bool isMethod, ProcessRegistry registry)
    {
        var results = Directory.CreateDirectory(Path.Combine(registry.Directory, ".results")).FullName;
        string[] report = [.. kind.IsMtp ? (string[])["--report-trx"] : ["--logger", "trx"], "--results-directory", results];
        string[] target = kind.IsMtp ? ["--project", project] : [project];
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var result = await Cli.Wrap("dotnet")
            .WithArguments(["test", .. target, "--no-build", .. kind.Properties, .. report, .. kind.CreateFilter(prefix, isMethod)])
            .WithWorkingDirectory(Path.GetDirectoryName(project)!)
            .WithEnvironmentVariables(variables => variables
                .Set("ACCEPTANCE_PROGRAM", TestProgram.Path)
                .Set("ACCEPTANCE_REGISTRY", registry.Directory)
                .SetGpu(registry)
                .Set("NUGET_PACKAGES", null)
                .Set("MSBUILDDISABLENODEREUSE", "1"))
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(limit.Token);
        var console = result.StandardOutput + result.StandardError;
        return new SuiteRun(result.ExitCode, console, ReadCounts(console), [.. Directory.GetFiles(results, "*.trx").SelectMany(ReadTrx)]);
    }

    private int CountInTrx(string outcome) => Trx.Count(result => result.Outcome == outcome);

    private static IEnumerable<SuiteResult> ReadTrx(string file) =>
        XDocument.Load(file).Descendants(Ns + "UnitTestResult").Select(result => new SuiteResult(
            (string)result.Attribute("testName")!,
            (string)result.Attribute("outcome")!,
            string.Concat(result.Descendants(Ns + "Message").Select(message => message.Value))));

    private static Counts? ReadCounts(string console)
    {
        if (VSTestSummary().Match(console) is { Success: true } vstest)
        {
            return ToCounts(vstest);
        }

        return MtpSummary().Match(console) is { Success: true } mtp ? ToCounts(mtp) : null;
    }

    private static Counts ToCounts(Match match)
    {
        int Read(string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);
        return new Counts(Read("passed"), Read("failed"), Read("skipped"));
    }

    [GeneratedRegex(@"Failed:\s+(?<failed>\d+), Passed:\s+(?<passed>\d+), Skipped:\s+(?<skipped>\d+)")]
    private static partial Regex VSTestSummary();

    [GeneratedRegex(@"total: \d+\s+failed: (?<failed>\d+)\s+succeeded: (?<passed>\d+)\s+skipped: (?<skipped>\d+)")]
    private static partial Regex MtpSummary();
}

public sealed record Counts(int Passed, int Failed, int Skipped);

public sealed record SuiteResult(string Name, string Outcome, string Message);
