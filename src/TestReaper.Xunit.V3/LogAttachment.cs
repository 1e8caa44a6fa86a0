namespace TestReaper.Xunit;

internal static class LogAttachment
{
    /// <summary>Attaches the end of the server's output to the test that asked for it. Outside of a test there is nothing to attach to.</summary>
    public static Action<ServerOutput>? AtEnd { get; } = static output =>
    {
        if (TestContext.Current.Attachments is { } attachments)
        {
            TestContext.Current.AddAttachment($"server-{attachments.Count + 1}.log", string.Join(Environment.NewLine, output.Tail));
        }
    };
}
