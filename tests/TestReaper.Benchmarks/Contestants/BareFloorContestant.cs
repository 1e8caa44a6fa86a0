namespace TestReaper.Benchmarks.Contestants;

/// <summary>In C, with the pids known: a pidfd and a kill for each, one epoll.</summary>
internal sealed class BareFloorContestant(Toolbox tools)
    : ProgramContestant("C: kill + epoll", tools.Floor, ["bare"], tools.Tree, "no C compiler");
