namespace TestReaper.Benchmarks.Contestants;

/// <summary>A C program that knows all pids: a pidfd and a kill for each, then one epoll.</summary>
internal sealed class BareFloorContestant(Toolbox tools)
    : ProgramContestant("C: kill + epoll", tools.Floor, ["bare"], tools.Tree, "no C compiler");
