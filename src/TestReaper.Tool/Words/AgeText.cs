using TestReaper.Reaping;

namespace TestReaper.Tool.Words;

/// <summary>An age for people: nobody reads 93784 s.</summary>
internal static class AgeText
{
    public static string Draw(TimeSpan age) => age switch
    {
        { TotalMinutes: < 2 } => ReapReportText.Seconds(age),
        { TotalHours: < 2 } => $"{(int)age.TotalMinutes} min",
        { TotalDays: < 2 } => $"{(int)age.TotalHours} h",
        _ => $"{(int)age.TotalDays} days",
    };
}
