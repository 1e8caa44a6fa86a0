namespace TestReaper.Benchmarks.Contestants;

/// <summary>sglang's kill_process_tree: finds the children with psutil, sends SIGKILL, and polls /proc every 100 ms.</summary>
internal sealed class SglangContestant(Toolbox tools)
    : ProgramContestant("sglang's algorithm", tools.Python, [Toolbox.Script("sglang.py")], tools.Tree, "no python3 with psutil");
