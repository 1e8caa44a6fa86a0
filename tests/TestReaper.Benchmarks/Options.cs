namespace TestReaper.Benchmarks;

/// <param name="IsQuick">For development: fewer iterations, no bystanders, nothing that takes a minute. Its report goes to the console only.</param>
/// <param name="Output">Where the report goes; null for tests/results/benchmarks.md of the repository around the current directory.</param>
internal sealed record Options(bool IsQuick, string? Output)
{
    private const string Usage = "Usage: TestReaper.Benchmarks [--quick] [--output FILE] | rules | start | idle COUNT [younger] | watchdog";

    public int Bystanders { get; init; } = IsQuick ? 0 : 3000;

    public int Iterations => IsQuick ? 3 : 10;

    public int FreshHosts => IsQuick ? 3 : 40;

    public int Warmups => IsQuick ? 10 : 30;

    /// <summary>No cell of the table takes much longer: the contestant that is slow gets fewer iterations, and the table says so.</summary>
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
                _ => throw new ArgumentException($"'{args[i]}' is no option. {Usage}"),
            };
        }

        return options;
    }

    /// <summary>Null where only the console gets the report.</summary>
    public string? ReportFile()
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
            ? throw new InvalidOperationException("Run it inside the repository, or say --output FILE.")
            : Path.Combine(directory.FullName, "tests", "results", "benchmarks.md");
    }
}
