using Microsoft.Extensions.Logging.Abstractions;
using TestReaper.Extensibility;

namespace TestReaper.Xunit;

/// <remarks>The parts that are specific to xUnit v2.</remarks>
public abstract partial class ServerProcessFixture
{
    /// <summary>Creates a fixture that reports nothing but its failures.</summary>
    protected ServerProcessFixture()
        : this(NullLogger.Instance)
    {
    }

    /// <summary>Creates a fixture that writes to the output of a test. For a test class that derives from this class.</summary>
    /// <param name="output">Passed by xUnit to the constructor of a test class.</param>
    /// <exception cref="ArgumentNullException"><paramref name="output"/> is null.</exception>
    protected ServerProcessFixture(TestOutputWriter output)
        : this(new LineLogger((output ?? throw new ArgumentNullException(nameof(output))).WriteLine))
    {
    }

    // xUnit v2 has no token.
    private static CancellationToken FrameworkToken => CancellationToken.None;

    // xUnit v2 has no attachments.
    private static Action<ServerOutput>? AttachOutput => null;

    private static void AttachStacks(string file) => _ = file;

    // Skips a [SkippableFact] or [SkippableTheory]: xUnit v2 itself cannot skip a running test.
    private static SkipException CreateSkipException(string reason) => new(reason);
}
