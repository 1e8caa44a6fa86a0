namespace TestReaper;

/// <summary>Something of a process tree was still there when the time was over.</summary>
public class ReapTimeoutException : Exception
{
    internal ReapTimeoutException(string message, IReadOnlyList<SurvivingProcess> survivors, ReapReport report)
        : base(message)
    {
        Survivors = survivors;
        Report = report;
    }

    /// <summary>Who is left, with what is known of why. Empty if nothing living was seen but its absence could not be proved.</summary>
    public IReadOnlyList<SurvivingProcess> Survivors { get; }

    /// <summary>What was reaped before the time was over.</summary>
    public ReapReport Report { get; }
}
