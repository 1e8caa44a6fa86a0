using TestReaper.Extensibility;

namespace TestReaper.Xunit;

/// <remarks>The parts that are specific to xUnit v3.</remarks>
public abstract partial class ServerProcessFixture
{
    // Xunit.Sdk.DynamicSkipToken is public only in the assertion library. xUnit v3 recognizes the exception by this prefix.
    private const string SkipPrefix = "$XunitDynamicSkip$";

    /// <summary>
    /// Creates a fixture that writes its progress, the started tree and the reap to the diagnostics of xUnit or, if a test class derives
    /// from this class, to the output of its test.
    /// </summary>
    protected ServerProcessFixture()
        : this(new LineLogger(Report))
    {
    }

    private static CancellationToken FrameworkToken => TestContext.Current.CancellationToken;

    // Attaches the last lines of the server to the current test, if there is one.
    private static Action<ServerOutput>? AttachOutput { get; } = static output =>
    {
        if (TestContext.Current.Attachments is { } attachments)
        {
            TestContext.Current.AddAttachment($"server-{attachments.Count + 1}.log", string.Join(Environment.NewLine, output.Tail));
        }
    };

    // Attaches what the server did before it was killed to the current test, if there is one.
    private static void AttachStacks(string file)
    {
        var name = Path.GetFileName(file);
        if (TestContext.Current.Attachments is { } attachments && !attachments.ContainsKey(name))
        {
            TestContext.Current.AddAttachment(name, File.ReadAllText(file));
        }
    }

    internal static Exception CreateSkipException(string reason) => new ServerSkippedException(SkipPrefix + reason);

    private static void Report(string message)
    {
        if (TestContext.Current.TestOutputHelper is { } output)
        {
            output.WriteLine(message);
        }
        else
        {
            TestContext.Current.SendDiagnosticMessage(message);
        }
    }

    private sealed class ServerSkippedException(string message) : Exception(message);
}
