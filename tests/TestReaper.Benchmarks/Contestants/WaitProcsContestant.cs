namespace TestReaper.Benchmarks.Contestants;

/// <summary>psutil.wait_procs, which waits until pid 1 has reaped the orphans.</summary>
internal sealed class WaitProcsContestant(Toolbox tools)
    : ProgramContestant("psutil.wait_procs", tools.Python, [Toolbox.Script("wait_procs.py")], tools.Tree, "no python3 with psutil");
