namespace Cases.WholeRun;

/// <summary>Runs only in the assembly whose attribute checks the whole run.</summary>
public sealed class WholeRunTests
{
    [Fact]
    public void It_leaks_a_process_that_only_the_check_of_the_run_finds() => Support.Start("whole-run");
}
