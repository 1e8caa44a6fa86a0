using TestReaper.Leaks;
using Xunit;

namespace TestReaper.Tests.Leaks;

public sealed class ExclusiveGateTests
{
    private readonly ExclusiveGate _gate = new();

    [Fact(Timeout = 30_000)]
    public async Task Many_are_inside_together()
    {
        using var first = await _gate.EnterAsync(isExclusive: false);
        using var second = await _gate.EnterAsync(isExclusive: false);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_wants_to_be_alone_is(bool isNextExclusive)
    {
        var alone = await _gate.EnterAsync(isExclusive: true);
        var next = _gate.EnterAsync(isNextExclusive);
        await StaysOutsideAsync(next);

        alone.Dispose();

        (await next).Dispose();
    }

    [Fact(Timeout = 30_000)]
    public async Task Who_wants_to_be_alone_waits_for_all_that_are_inside()
    {
        var first = await _gate.EnterAsync(isExclusive: false);
        var second = await _gate.EnterAsync(isExclusive: false);
        var alone = _gate.EnterAsync(isExclusive: true);
        first.Dispose();
        await StaysOutsideAsync(alone);

        second.Dispose();

        (await alone).Dispose();
    }

    /// <summary>Else a stream of the many would never let it in.</summary>
    [Fact(Timeout = 30_000)]
    public async Task Nobody_overtakes_who_wants_to_be_alone()
    {
        var inside = await _gate.EnterAsync(isExclusive: false);
        var alone = _gate.EnterAsync(isExclusive: true);
        var late = _gate.EnterAsync(isExclusive: false);
        await StaysOutsideAsync(late);

        inside.Dispose();
        var turn = await alone;
        await StaysOutsideAsync(late);
        turn.Dispose();

        (await late).Dispose();
    }

    [Fact(Timeout = 30_000)]
    public async Task All_of_the_many_that_have_waited_enter_at_once()
    {
        var alone = await _gate.EnterAsync(isExclusive: true);
        Task<IDisposable>[] many = [_gate.EnterAsync(isExclusive: false), _gate.EnterAsync(isExclusive: false)];

        alone.Dispose();

        Assert.Equal(2, (await Task.WhenAll(many)).Length);
    }

    [Fact(Timeout = 30_000)]
    public async Task Who_leaves_twice_has_left_once()
    {
        var first = await _gate.EnterAsync(isExclusive: false);
        using var second = await _gate.EnterAsync(isExclusive: false);

        first.Dispose();
        first.Dispose();

        await StaysOutsideAsync(_gate.EnterAsync(isExclusive: true));
    }

    // Whoever may enter has entered when EnterAsync or Dispose returns; only the continuation runs later.
    private static async Task StaysOutsideAsync(Task<IDisposable> turn)
    {
        await Assert.ThrowsAsync<TimeoutException>(() => turn.WaitAsync(TimeSpan.FromMilliseconds(100)));
    }
}
