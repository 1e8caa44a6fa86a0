namespace TestReaper.Benchmarks.Contestants;

/// <summary>In C, the same work as TestReaper's: one snapshot, kill, one epoll, two empty passes.</summary>
internal sealed class WorkFloorContestant(Toolbox tools)
    : ProgramContestant("C: same work", tools.Floor, ["work"], tools.Tree, "no C compiler");
