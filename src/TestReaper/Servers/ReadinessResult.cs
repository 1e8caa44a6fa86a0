namespace TestReaper;

/// <summary>The answer of a readiness probe.</summary>
/// <param name="IsReady">Whether the server can be used.</param>
/// <param name="Detail">What it answered, for progress and error messages: <c>503 Service Unavailable</c>.</param>
public readonly record struct ReadinessResult(bool IsReady, string? Detail = null);
