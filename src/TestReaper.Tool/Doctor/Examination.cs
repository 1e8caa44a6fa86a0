using TestReaper.Gpu;
using TestReaper.Platform;

namespace TestReaper.Tool.Doctor;

/// <summary>Examines the machine as this user sees it. Each part runs even if another one throws.</summary>
internal static class Examination
{
    /// <param name="platform">The operating system.</param>
    /// <param name="gpus">Where the GPU drivers are found.</param>
    /// <param name="limit">The time that the GPU drivers and the shell have for an answer.</param>
    public static IReadOnlyList<DoctorRow> Run(IProcessPlatform platform, GpuRoots gpus, TimeSpan limit) =>
    [
        .. Examine("launch", () => LaunchRows.Find(platform)),
        .. Examine("visibility", () => VisibilityRows.Find(platform)),
        .. Examine("state directory", () => [HostDeathRows.FindStateDirectory(platform)]),
        .. Examine("watchdog", () => [HostDeathRows.FindWatchdog(platform, limit)]),
        .. Examine("limits", () => LimitRows.Find(platform)),
        .. Examine("GPU", () => GpuRows.Find(platform, gpus, limit)),
    ];

    private static IEnumerable<DoctorRow> Examine(string name, Func<IEnumerable<DoctorRow>> find)
    {
        try
        {
            return [.. find()];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or LaunchException)
        {
            var finding = $"cannot be examined: {error.Message}";
            return [new(name, RowState.Missing, finding, "TestReaper will meet the same error.", "Remove its cause.")];
        }
    }
}
