using TestReaper.Reaping;
using TestReaper.Reaping.Costs;

namespace TestReaper.Servers.Models;

/// <summary>Logs at intervals how far a step is. A download without a line for minutes looks like a hang.</summary>
/// <param name="what">What is done, such as "Fetching NAME".</param>
/// <param name="place">Where the bytes go.</param>
/// <param name="interval">The time between two lines.</param>
/// <param name="timeout">The clock of the step.</param>
/// <param name="logger">Gets the lines.</param>
internal sealed class ModelProgress(string what, string place, TimeSpan interval, TimeSpan timeout, ILogger logger)
{
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>Logs while the work runs.</summary>
    /// <param name="work">The step.</param>
    /// <param name="size">The bytes that are stored; null where there are none to count.</param>
    /// <param name="status">What the tool says; null if nothing.</param>
    public async Task WhileAsync(Func<Task> work, Func<long?> size, Func<string?> status)
    {
        using var end = new CancellationTokenSource();
        var lines = LogAsync(size, status, end.Token);
        try
        {
            await work().ConfigureAwait(false);
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await lines.ConfigureAwait(false);
        }
    }

    private async Task LogAsync(Func<long?> size, Func<string?> status, CancellationToken cancellationToken)
    {
        var (last, lastAt) = (size(), TimeSpan.Zero);
        try
        {
            while (true)
            {
                await Task.Delay(interval, cancellationToken).ConfigureAwait(false);
                var (bytes, now) = (size(), Stopwatch.GetElapsedTime(_start));
                var rate = (long)(Math.Max(0, (bytes - last) ?? 0) / (now - lastAt).TotalSeconds);
                logger.LogInformation(
                    "{What}: {Stored}{Elapsed} of {Timeout}{Status}",
                    what,
                    bytes is { } stored ? $"{CostText.Bytes(stored)} in {place}, {CostText.Bytes(rate)}/s, " : "",
                    ReapReportText.Seconds(now),
                    ReapReportText.Seconds(timeout),
                    status() is { } text ? $"; last output: {text}" : "");
                (last, lastAt) = (bytes, now);
            }
        }
        catch (OperationCanceledException)
        {
            // The step has ended.
        }
    }
}
