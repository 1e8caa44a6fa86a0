using TestReaper.Fixtures;
using TestReaper.Secrets;
using Xunit;

namespace TestReaper.Tests.Fixtures;

public sealed class StoppingHookTests
{
    [Fact(Timeout = 30_000)]
    public async Task A_callback_that_throws_when_the_grace_period_is_over_does_not_end_the_host()
    {
        var called = new TaskCompletionSource();
        var failures = new List<Exception>();

        var left = StoppingHook.Run("Fixture", Hook, TimeSpan.FromSeconds(2), SecretMask.OfThisProcess, failures);

        Assert.Equal(TimeSpan.Zero, left);
        Assert.Contains("was abandoned", Assert.IsType<TimeoutException>(Assert.Single(failures)).Message, StringComparison.Ordinal);
        await called.Task;

        Task Hook(CancellationToken token)
        {
            token.Register(() =>
            {
                called.SetResult();
                throw new InvalidOperationException("bad callback");
            });
            return new TaskCompletionSource().Task;
        }
    }
}
