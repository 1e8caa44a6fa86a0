namespace TestReaper;

/// <summary>Why a server failed. Secrets are masked.</summary>
/// <param name="Kind">The kind of the cause.</param>
/// <param name="Summary">The cause in one sentence.</param>
/// <param name="Evidence">
/// What shows it: the line of the output with its number, what the kernel counted, who holds a port or a GPU. Empty if there is nothing.
/// </param>
/// <param name="Hint">One thing to try; empty if there is none.</param>
public sealed record FailureCause(FailureKind Kind, string Summary, string Evidence, string Hint)
{
    /// <summary>The cause as two lines of a message: summary with evidence, then the hint.</summary>
    public override string ToString()
    {
        var cause = $"Cause: {Summary} {Evidence}".TrimEnd();
        return Hint.Length == 0 ? cause : $"{cause}{Environment.NewLine}Hint: {Hint}";
    }
}
