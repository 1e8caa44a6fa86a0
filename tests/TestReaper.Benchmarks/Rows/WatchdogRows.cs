namespace TestReaper.Benchmarks.Rows;

/// <summary>Both rows of the watchdog alone.</summary>
internal static class WatchdogRows
{
    public const string Verb = "watchdog";

    public static async Task<int> ShowAsync()
    {
        using var tools = new Toolbox();
        var options = new Options(IsQuick: false, Output: null);
        Progress.Say(WatchdogStart.What);
        Console.WriteLine(await WatchdogStart.MeasureAsync(options, tools));
        Progress.Say(WatchdogEnd.What);
        Console.WriteLine(await WatchdogEnd.MeasureAsync(options, tools));
        return 0;
    }
}
