namespace TestReaper.Xunit;

internal static class Skipping
{
    /// <summary>What Assert.Skip throws: xUnit v3 knows it by the first word of its message.</summary>
    public static Exception Because(string reason) => new ServerSkippedException(Token + reason);

    // Xunit.Sdk.DynamicSkipToken is not public outside of the assertion library.
    private const string Token = "$XunitDynamicSkip$";

    private sealed class ServerSkippedException(string message) : Exception(message);
}
