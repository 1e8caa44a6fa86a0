using TestReaper.Processes;

namespace TestReaper.Reaping;

/// <summary>
/// Programs that remove what others leave, once the others are gone. They get no SIGTERM, which would end them first, and are
/// killed last.
/// </summary>
internal static class CleanUpHelper
{
    // python -c "from multiprocessing.resource_tracker import main; main(5)", also joblib's copy of it (loky); torch_shm_manager waits
    // two seconds after its last client (torch/lib/libshm/manager.cpp).
    private static readonly string[] Marks = ["multiprocessing.resource_tracker", "loky.backend.resource_tracker", "torch_shm_manager"];

    public static bool Is(TreeMember member) => Array.Exists(Marks, mark => member.CommandLine.Contains(mark, StringComparison.Ordinal));
}
