using System.Runtime.InteropServices;
using Xunit;

namespace TestReaper.Tests.Reaping;

public sealed class ReapOptionsTests
{
    [Fact(Timeout = 30_000)]
    public async Task The_defaults_are_the_documented_ones()
    {
        await Task.CompletedTask;
        var options = new ReapOptions();

        Assert.Equal((PosixSignal.SIGTERM, false), (options.StopSignal, options.StopWholeTree));
        Assert.Equal((10, 60, 30), (options.GracePeriod.TotalSeconds, options.Timeout.TotalSeconds, options.ReleaseTimeout.TotalSeconds));
        Assert.Empty(options.LockFiles);
        Assert.Empty(options.Spare);
        options.Validate();
    }

    public static TheoryData<ReapOptions, string> Wrong => new()
    {
        { new() { GracePeriod = TimeSpan.FromTicks(-2) }, "GracePeriod must be zero or more." },
        { new() { GracePeriod = Timeout.InfiniteTimeSpan }, "GracePeriod cannot be infinite" },
        { new() { GracePeriod = TimeSpan.FromDays(25) }, "GracePeriod must be at most 24 days" },
        { new() { GracePeriod = TimeSpan.MaxValue }, "GracePeriod must be at most 24 days" },
        { new() { Timeout = TimeSpan.Zero }, "Timeout must be more than zero." },
        { new() { Timeout = Timeout.InfiniteTimeSpan }, "Timeout cannot be infinite" },
        { new() { ReleaseTimeout = TimeSpan.FromSeconds(-2) }, "ReleaseTimeout must be zero or more." },
        { new() { StopSignal = 0 }, "Signal 0 stops nothing" },
        { new() { LockFiles = [""] }, "LockFiles" },
        { new() { LockFiles = null! }, "LockFiles" },
        { new() { Spare = [""] }, "Spare" },
        { new() { Spare = ["bin/adb"] }, "neither a file name nor a full path" },
        { new() { Spare = null! }, "Spare" },
    };

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(Wrong))]
    public async Task Invalid_options_are_refused_before_the_reap_starts(ReapOptions options, string words)
    {
        var refusal = Assert.ThrowsAny<ArgumentException>(() => new ProcessReaper(options));
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);

        await Assert.ThrowsAnyAsync<ArgumentException>(() => ProcessReaper.KillTreeAsync(int.MaxValue, options: options));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_limits_of_each_range_are_allowed()
    {
        await Task.CompletedTask;
        var longest = TimeSpan.FromMilliseconds(int.MaxValue);

        new ReapOptions { GracePeriod = longest, Timeout = longest, ReleaseTimeout = longest }.Validate();
        new ReapOptions { GracePeriod = TimeSpan.Zero, Timeout = TimeSpan.FromTicks(1), ReleaseTimeout = TimeSpan.Zero }.Validate();
    }
}
