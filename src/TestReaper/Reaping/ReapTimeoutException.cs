namespace TestReaper;

/// <summary>A process tree or a resource of it was still there at the deadline.</summary>
public class ReapTimeoutException : Exception
{
    internal ReapTimeoutException(string message, IReadOnlyList<SurvivingProcess> survivors, ReapReport report)
        : base(message)
    {
        Survivors = survivors;
        Report = report;
    }

    /// <summary>The processes that are left. Empty if the absence of others could not be proved, or only a resource is left.</summary>
    public IReadOnlyList<SurvivingProcess> Survivors { get; }

    /// <summary>What was reaped before the deadline.</summary>
    public ReapReport Report { get; }
}
