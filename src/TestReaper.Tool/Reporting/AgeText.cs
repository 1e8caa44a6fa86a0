using TestReaper.Reaping;

namespace TestReaper.Tool.Reporting;

/// <summary>Formats the age of a process in its largest suitable unit: "26 h" instead of "93784 s".</summary>
internal static class AgeText
{
    public static string Format(TimeSpan age) => age switch
    {
        { TotalMinutes: < 2 } => ReapReportText.Seconds(age),
        { TotalHours: < 2 } => $"{(int)age.TotalMinutes} min",
        { TotalDays: < 2 } => $"{(int)age.TotalHours} h",
        _ => $"{(int)age.TotalDays} days",
    };
}
