namespace TestReaper.Tool.Doctor;

/// <summary>One thing that TestReaper uses, and whether this machine offers it.</summary>
/// <param name="Name">What it is.</param>
/// <param name="State">Whether it is there.</param>
/// <param name="Finding">What was found.</param>
/// <param name="Cost">What is lost, as a sentence; null if nothing is.</param>
/// <param name="Remedy">What to do, as a sentence; null if nothing is lost.</param>
internal sealed record DoctorRow(string Name, RowState State, string Finding, string? Cost = null, string? Remedy = null)
{
    public static DoctorRow Ok(string name, string finding) => new(name, RowState.Ok, finding);
}

internal enum RowState
{
    Ok,

    /// <summary>A reap is complete, but it costs more, says less, or covers fewer servers.</summary>
    Limited,

    /// <summary>A reap may be incomplete, or cannot confirm its result.</summary>
    Missing,
}
