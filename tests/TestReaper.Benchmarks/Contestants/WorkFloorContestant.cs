namespace TestReaper.Benchmarks.Contestants;

/// <summary>A C program that does the same work as TestReaper: one snapshot, kill, one epoll, two empty passes.</summary>
internal sealed class WorkFloorContestant(Toolbox tools)
    : ProgramContestant("C: same work", tools.Floor, ["work"], tools.Tree, "no C compiler");
