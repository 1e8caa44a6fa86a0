namespace Cases.Ignored;

/// <summary>The control, the same leak without Ignore, is <see cref="LeakBare.LeakBareTests"/>.</summary>
[AssertReaped(timeout: 1, Ignore = ["TestReaper.TestProcess"])]
public sealed class IgnoredTests
{
    [Fact]
    public void An_ignored_process_may_stay() => Support.Start("ignored", "--exit-after", "4000");
}
