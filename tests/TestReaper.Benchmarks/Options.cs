namespace TestReaper.Benchmarks;

/// <param name="IsQuick">
/// For development: fewer iterations, no bystanders, no row that takes a minute. The report goes only to the console.
/// </param>
/// <param name="Output">
/// The file for the report; null for tests/results/benchmarks.md of the repository that contains the current directory.
/// </param>
internal sealed record Options(bool IsQuick, string? Output)
{
    private const string Usage = "Usage: TestReaper.Benchmarks [--quick] [--output FILE] | rules | start | idle COUNT [younger] | watchdog";

    public int Bystanders { get; init; } = IsQuick ? 0 : 3000;

    public int Iterations => IsQuick ? 3 : 10;

    public int FreshHosts => IsQuick ? 3 : 40;

    public int Warmups => IsQuick ? 10 : 30;

    /// <summary>The time limit of a cell. A slow contestant runs fewer iterations in it, and the table shows how many.</summary>
    public TimeSpan TimePerCell => TimeSpan.FromSeconds(IsQuick ? 10 : 60);

    public static Options Parse(string[] args)
    {
        var options = new Options(IsQuick: false, Output: null);
        for (var i = 0; i < args.Length; i++)
        {
            options = args[i] switch
            {
                "--quick" => options with { IsQuick = true },
                "--output" when i + 1 < args.Length => options with { Output = Path.GetFullPath(args[++i]) },
                _ => throw new ArgumentException($"Unknown option '{args[i]}'. {Usage}"),
            };
        }

        return options;
    }

    /// <summary>Returns the file for the report; null if it goes only to the console.</summary>
    public string? FindReportFile()
    {
        if (Output is not null || IsQuick)
        {
            return Output;
        }

        var directory = new DirectoryInfo(Directory.GetCurrentDirectory());
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "TestReaper.sln")))
        {
            directory = directory.Parent;
        }

        return directory is null
            ? throw new InvalidOperationException("Run the benchmarks inside the repository, or use --output FILE.")
            : Path.Combine(directory.FullName, "tests", "results", "benchmarks.md");
    }
}
