namespace Cases.WholeRun;

/// <summary>In the assembly whose attribute asserts the whole run, and only there.</summary>
public sealed class WholeRunTests
{
    [Fact]
    public void It_leaks_what_only_the_run_can_see() => Support.Start("whole-run");
}
