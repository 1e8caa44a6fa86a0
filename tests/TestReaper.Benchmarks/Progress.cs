using System.Diagnostics;

namespace TestReaper.Benchmarks;

/// <summary>Writes to standard error what is being measured.</summary>
internal static class Progress
{
    private static readonly long Start = Stopwatch.GetTimestamp();

    public static void Report(string text) => Console.Error.WriteLine($"[{Stopwatch.GetElapsedTime(Start).TotalSeconds,5:0} s] {text}");
}
