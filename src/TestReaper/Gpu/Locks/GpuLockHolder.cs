using TestReaper.Platform;
using TestReaper.Processes;

namespace TestReaper.Gpu.Locks;

/// <summary>A device whose lock is held.</summary>
/// <param name="Device">The UUID of the device, or the name of its lock file.</param>
/// <param name="Pid">The holder; null if the system does not show it.</param>
/// <param name="Label">The test class or the masked command line; empty if it is not known.</param>
/// <param name="Since">Null for a holder that is not a server of TestReaper.</param>
internal sealed record GpuLockHolder(string Device, int? Pid, string Label, DateTimeOffset? Since)
{
    /// <summary>Null if the lock is free. Call it under the state lock.</summary>
    public static GpuLockHolder? Find(IProcessPlatform platform, GpuDirectory directory, string uuid) =>
        GpuLock.IsHeld(platform, directory, uuid) ? Describe(platform, directory.LockOf(uuid), uuid) : null;

    /// <summary>Describes the holder of a lock file that is held.</summary>
    public static GpuLockHolder Describe(IProcessPlatform platform, string path, string? uuid = null)
    {
        // A killed holder leaves its note. Another one that writes none, such as flock(1), may have the lock now.
        if (GpuNote.TryRead(platform, path) is { } note && note.IsOfLivingProcess(platform))
        {
            return new(uuid ?? note.Devices.FirstOrDefault(NameOf(path)), note.Pid, note.Label, note.Since);
        }

        var holder = platform.Files.ProbeLock(path).Holder;
        var command = holder is { } pid ? ProcessSecrets.MaskOf(platform, [pid]).CommandLine(platform, pid) : "";
        return new(uuid ?? NameOf(path), holder, command, null);
    }

    public override string ToString()
    {
        var label = Label.Length > 0 ? $" ({Label})" : "";
        var since = Since is { } time
            ? string.Create(CultureInfo.InvariantCulture, $" for {(TimeProvider.System.GetUtcNow() - time).TotalSeconds:0} s") : "";
        return $"{Device}: {(Pid is { } pid ? $"process {pid}" : "a process that is not visible from here")}{label}{since}";
    }

    private static string NameOf(string path) => Path.GetFileNameWithoutExtension(path);
}
