using System.Collections.Concurrent;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>A test framework may run tests on a context with one thread, and a test may block it.</summary>
public sealed class StartContextTests : StartingServers
{
    [Theory(Timeout = 30_000)]
    [InlineData("exit 3")]
    [InlineData("exec sleep 60")]
    public async Task A_failing_start_ends_while_the_only_thread_of_the_context_waits_for_it(string script)
    {
        var options = Shell(script) with { Readiness = Readiness.OutputLine("never"), StartupTimeout = TimeSpan.FromMilliseconds(500) };

        Assert.IsAssignableFrom<ServerStartException>(await OnOneThreadAsync(() => StartAsync(options).GetAwaiter().GetResult()));
        Registry.AssertNoneAlive();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_successful_start_leaves_the_context_in_its_place()
    {
        SynchronizationContext? before = null, after = null;

        var failure = await OnOneThreadAsync(() =>
        {
            before = SynchronizationContext.Current;
            var start = StartAsync(Server());
            after = SynchronizationContext.Current;
            var server = start.GetAwaiter().GetResult();
            Task.Run(() => server.DisposeAsync().AsTask()).GetAwaiter().GetResult();
        });

        Assert.Null(failure);
        Assert.NotNull(before);
        Assert.Same(before, after);
    }

    private static Task<Exception?> OnOneThreadAsync(Action action)
    {
        var result = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            SynchronizationContext.SetSynchronizationContext(new QueueContext());
            try
            {
                action();
                result.SetResult(null);
            }
            catch (Exception error)
            {
                result.SetResult(error);
            }
        })
        { IsBackground = true }.Start();
        return result.Task;
    }

    /// <summary>Its only thread waits for the start, so nothing that is posted ever runs.</summary>
    private sealed class QueueContext : SynchronizationContext
    {
        private readonly ConcurrentQueue<(SendOrPostCallback Callback, object? State)> _posted = new();

        public override void Post(SendOrPostCallback d, object? state) => _posted.Enqueue((d, state));
    }
}
