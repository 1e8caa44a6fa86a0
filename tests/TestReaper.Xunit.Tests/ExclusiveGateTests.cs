using Xunit;

namespace TestReaper.Xunit.Tests;

public sealed class ExclusiveGateTests
{
    private readonly ExclusiveGate _gate = new();

    [Fact(Timeout = 30_000)]
    public async Task Shared_holders_enter_together()
    {
        using var first = await _gate.EnterAsync(isExclusive: false);
        using var second = await _gate.EnterAsync(isExclusive: false);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Requests_wait_for_an_exclusive_holder(bool isNextExclusive)
    {
        var exclusive = await _gate.EnterAsync(isExclusive: true);
        var next = _gate.EnterAsync(isNextExclusive);
        await AssertWaitsAsync(next);

        exclusive.Dispose();

        (await next).Dispose();
    }

    [Fact(Timeout = 30_000)]
    public async Task An_exclusive_request_waits_for_all_holders()
    {
        var first = await _gate.EnterAsync(isExclusive: false);
        var second = await _gate.EnterAsync(isExclusive: false);
        var exclusive = _gate.EnterAsync(isExclusive: true);
        first.Dispose();
        await AssertWaitsAsync(exclusive);

        second.Dispose();

        (await exclusive).Dispose();
    }

    /// <summary>Otherwise a stream of shared requests would starve the exclusive one.</summary>
    [Fact(Timeout = 30_000)]
    public async Task No_request_overtakes_an_exclusive_one()
    {
        var holder = await _gate.EnterAsync(isExclusive: false);
        var exclusive = _gate.EnterAsync(isExclusive: true);
        var late = _gate.EnterAsync(isExclusive: false);
        await AssertWaitsAsync(late);

        holder.Dispose();
        var turn = await exclusive;
        await AssertWaitsAsync(late);
        turn.Dispose();

        (await late).Dispose();
    }

    [Fact(Timeout = 30_000)]
    public async Task Waiting_shared_requests_enter_together()
    {
        var exclusive = await _gate.EnterAsync(isExclusive: true);
        Task<IDisposable>[] shared = [_gate.EnterAsync(isExclusive: false), _gate.EnterAsync(isExclusive: false)];

        exclusive.Dispose();

        Assert.Equal(2, (await Task.WhenAll(shared)).Length);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_second_disposal_has_no_effect()
    {
        var first = await _gate.EnterAsync(isExclusive: false);
        using var second = await _gate.EnterAsync(isExclusive: false);

        first.Dispose();
        first.Dispose();

        await AssertWaitsAsync(_gate.EnterAsync(isExclusive: true));
    }

    // A request is admitted before EnterAsync or Dispose returns. Only the continuation runs later.
    private static async Task AssertWaitsAsync(Task<IDisposable> turn)
    {
        await Assert.ThrowsAsync<TimeoutException>(() => turn.WaitAsync(TimeSpan.FromMilliseconds(100)));
    }
}
