using TestReaper.Processes;
using TestReaper.Processes.SharedMemory;

namespace TestReaper.Reaping;

/// <summary>Describes survivors.</summary>
internal static class SurvivorText
{
    private const int StackFrames = 6;

    public static string Draw(IReadOnlyList<SurvivingProcess> survivors) => TreeText.Draw(
    [
        .. survivors.Select(survivor => new TreeLine(
            survivor.ProcessId, survivor.Ancestors is [var parent, ..] ? parent : 0, survivor.CommandLine, Describe(survivor))),
    ]);

    public static string Describe(SurvivingProcess survivor)
    {
        var parts = new List<string> { survivor.State, $"{survivor.Threads} thread(s)" };
        Add(parts, "in ", survivor.WaitChannel);
        Add(parts, "started ", survivor.StartedAt?.ToString("HH:mm:ss.ff", CultureInfo.InvariantCulture));
        Add(parts, "uid ", survivor.UserId?.ToString(CultureInfo.InvariantCulture));
        Add(parts, "parents ", string.Join(" < ", survivor.Ancestors));
        Add(parts, "holds ", string.Join(' ', survivor.DeviceFiles));
        Add(parts, "locked memory ", survivor.LockedMemory > 0 ? FoundMemory.Size(survivor.LockedMemory) : null);
        Add(parts, "listens on ", string.Join(' ', survivor.ListeningPorts));
        Add(parts, "found by ", survivor.FoundBy);
        Add(parts, "kernel stack ", Stack(survivor.KernelStack));
        return string.Join(", ", parts);
    }

    private static void Add(List<string> parts, string label, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            parts.Add(label + value);
        }
    }

    // A line reads "[<0>] do_exit+0x2f/0xab0".
    private static string? Stack(string? stack) => stack is null ? null : string.Join(" < ", stack
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Take(StackFrames)
        .Select(frame => frame[(frame.IndexOf(']') + 1)..].Trim().Split('+')[0]));
}
