using TestReaper.Tests.Infrastructure;
using Xunit.Abstractions;

namespace TestReaper.Xunit.Tests.InnerRuns;

/// <summary>
/// State shared by the inner tests and the test that runs them. It is static, because xUnit creates the fixtures.
/// </summary>
internal static class InnerRunState
{
    private static readonly List<int> Pids = [];

    /// <summary>Set by the test before the inner run.</summary>
    public static ServerProcessOptions Options { get; private set; } = null!;

    public static ProcessRegistry Registry { get; private set; } = null!;

    /// <summary>The server that each inner test saw.</summary>
    public static IReadOnlyList<int> ServersSeen => Pids;

    public static void Arrange(ProcessRegistry registry, ServerProcessOptions options)
    {
        (Registry, Options) = (registry, options);
        Pids.Clear();
    }

    public static void RecordServer(ServerProcessFixture fixture) => Pids.Add(fixture.Server.ProcessId);
}

/// <summary>A fixture as a user writes it.</summary>
public sealed class SharedFixture(IMessageSink messageSink) : ServerProcessFixture(messageSink)
{
    protected override ServerProcessOptions CreateOptions() => InnerRunState.Options;
}

public sealed class UnavailableFixture : ServerProcessFixture
{
    protected override Task OnStartingAsync(CancellationToken cancellationToken)
    {
        SkipReason = "no GPU here";
        return Task.CompletedTask;
    }

    protected override ServerProcessOptions CreateOptions() => throw new InvalidOperationException("must not be called");
}
