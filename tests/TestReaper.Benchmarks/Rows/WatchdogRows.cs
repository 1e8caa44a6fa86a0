namespace TestReaper.Benchmarks.Rows;

/// <summary>Measures only the rows of the watchdog, and prints them.</summary>
internal static class WatchdogRows
{
    public const string Verb = "watchdog";

    public static async Task<int> ShowAsync()
    {
        using var tools = new Toolbox();
        var options = new Options(IsQuick: false, Output: null);
        Progress.Report(WatchdogStart.What);
        Console.WriteLine(await WatchdogStart.MeasureAsync(options, tools));
        Progress.Report(WatchdogEnd.What);
        Console.WriteLine(await WatchdogEnd.MeasureAsync(options, tools));
        return 0;
    }
}
