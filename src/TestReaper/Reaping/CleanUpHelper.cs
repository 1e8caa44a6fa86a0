using TestReaper.Processes;

namespace TestReaper.Reaping;

/// <summary>Programs that clean up after other processes are gone. They get no SIGTERM and are killed last.</summary>
internal static class CleanUpHelper
{
    // Exits two seconds after its last client (torch/lib/libshm/manager.cpp).
    private const string TorchManager = "torch_shm_manager";

    // python -c "from multiprocessing.resource_tracker import main;main(5)", and joblib's copy of it (loky).
    private const string Inline = " -c from ", Tracker = ".resource_tracker import main";

    public static bool Is(TreeMember member)
    {
        var commandLine = member.CommandLine;
        return commandLine.Split(' ', 3).Take(2).Any(word => Path.GetFileName(word) == TorchManager)
            || (commandLine.Contains(Inline, StringComparison.Ordinal) && commandLine.Contains(Tracker, StringComparison.Ordinal));
    }
}
