namespace Cases.Ignored;

/// <summary>Positive control: the same without the name is <see cref="LeakBare.LeakBareTests"/>.</summary>
[AssertReaped(timeout: 1, Ignore = ["TestReaper.TestProcess"])]
public sealed class IgnoredTests
{
    [Fact]
    public void What_may_stay_may() => Support.Start("ignored", "--exit-after", "4000");
}
