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
        (string Label, string? Value)[] parts =
        [
            ("", survivor.State),
            ("", $"{survivor.Threads} thread(s)"),
            ("in ", survivor.WaitChannel),
            ("started ", survivor.StartedAt?.ToString("HH:mm:ss.ff", CultureInfo.InvariantCulture)),
            ("uid ", survivor.UserId?.ToString(CultureInfo.InvariantCulture)),
            ("parents ", string.Join(" < ", survivor.Ancestors)),
            ("holds ", string.Join(' ', survivor.DeviceFiles)),
            ("locked memory ", survivor.LockedMemory > 0 ? FoundMemory.Size(survivor.LockedMemory) : null),
            ("listens on ", string.Join(' ', survivor.ListeningPorts)),
            ("found by ", survivor.FoundBy),
            ("kernel stack ", Stack(survivor.KernelStack)),
        ];
        return string.Join(", ", parts.Where(part => !string.IsNullOrEmpty(part.Value)).Select(part => part.Label + part.Value));
    }

    // A line reads "[<0>] do_exit+0x2f/0xab0".
    private static string? Stack(string? stack) => stack is null ? null : string.Join(" < ", stack
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Take(StackFrames)
        .Select(frame => frame[(frame.IndexOf(']') + 1)..].Trim().Split('+')[0]));
}
