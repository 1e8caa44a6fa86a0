using TestReaper.Servers.Probes;
using Xunit;

namespace TestReaper.Tests.Servers;

public sealed class OverlappingRequestsTests
{
    private static readonly ReadinessResult Ready = new(true), Busy = new(false, "503");
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(10);

    [Fact(Timeout = 30_000)]
    public async Task A_request_that_is_answered_is_not_repeated()
    {
        var asked = 0;

        var result = await Run(_ => Task.FromResult(++asked == 1 ? Busy : Ready));

        Assert.Equal((Busy, 1), (result, asked));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_request_that_hangs_does_not_hide_the_success_of_a_later_one()
    {
        var asked = 0;

        var result = await Run(token => ++asked < 4 ? HangAsync(token) : Task.FromResult(Ready));

        Assert.Equal((Ready, 4), (result, asked));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_first_request_may_be_answered_after_later_ones_were_refused()
    {
        var first = new TaskCompletionSource<ReadinessResult>();
        var asked = 0;

        var result = await Run(token =>
        {
            if (++asked == 5)
            {
                first.SetResult(Ready);
            }

            return asked == 1 ? first.Task.WaitAsync(token) : asked == 5 ? HangAsync(token) : Task.FromResult(Busy);
        });

        Assert.Equal((Ready, 5), (result, asked));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_oldest_requests_are_kept_when_there_are_too_many()
    {
        var (asked, cancelled) = (0, new List<int>());
        var first = new TaskCompletionSource<ReadinessResult>();

        var result = await Run(token =>
        {
            var number = ++asked;
            token.Register(() =>
            {
                lock (cancelled)
                {
                    cancelled.Add(number);
                }
            });
            if (number == 8)
            {
                first.SetResult(Ready);
            }

            return number == 1 ? first.Task : HangAsync(token);
        });

        Assert.Equal(Ready, result);
        lock (cancelled)
        {
            Assert.DoesNotContain(1, cancelled);
            Assert.Contains(3, cancelled);
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task The_token_ends_all_requests()
    {
        using var source = new CancellationTokenSource(50);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Run(_ => new TaskCompletionSource<ReadinessResult>().Task, source.Token));
    }

    [Fact(Timeout = 30_000)]
    public async Task An_exception_is_passed_on() =>
        await Assert.ThrowsAsync<IOException>(() => Run(_ => Task.FromException<ReadinessResult>(new IOException())));

    private static Task<ReadinessResult> Run(Func<CancellationToken, Task<ReadinessResult>> request,
        CancellationToken cancellationToken = default) =>
        new OverlappingRequests(request) { FirstPause = Short, LongestPause = Short, AnswerPause = Short, MaxPending = 4 }
            .RunAsync(cancellationToken);

    private static async Task<ReadinessResult> HangAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return default;
    }
}
