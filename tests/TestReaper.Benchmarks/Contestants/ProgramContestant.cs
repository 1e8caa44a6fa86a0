using System.Diagnostics;
using System.Globalization;
using TestReaper.Benchmarks.Trees;

namespace TestReaper.Benchmarks.Contestants;

/// <summary>A program in another language, which starts its trees, measures, and prints wall and CPU ms of each iteration.</summary>
internal class ProgramContestant(string name, string? program, string[] arguments, string tree, string missing) : Contestant(name)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    public override string? Obstacle(TreeShape shape, int bystanders) => program is null ? missing : null;

    public override async Task<Series> RunAsync(TreeShape shape, int iterations, TimeSpan limit) =>
        await RunAsync(program!, [.. arguments, tree, .. shape.Arguments, iterations.ToString(CultureInfo.InvariantCulture)]);

    public static async Task<Series> RunAsync(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0
                ? new Series(output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse))
                : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {await errors}");
        }
        finally
        {
            if (!process.HasExited)
            {
                await ProcessReaper.KillTreeAsync(process.Id);
            }
        }
    }

    private static Sample Parse(string line)
    {
        var numbers = line.Split(' ');
        return new Sample(double.Parse(numbers[0], CultureInfo.InvariantCulture), double.Parse(numbers[1], CultureInfo.InvariantCulture));
    }
}
