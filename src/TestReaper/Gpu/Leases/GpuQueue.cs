using TestReaper.Gpu.Locks;
using TestReaper.Platform;

namespace TestReaper.Gpu.Leases;

/// <summary>The tickets of the starts that wait for devices, over all processes. A killed process loses its tickets.</summary>
internal sealed class GpuQueue(IProcessPlatform platform, GpuDirectory directory)
{
    /// <summary>Takes the next number. Call it under the state lock.</summary>
    /// <exception cref="IOException">The ticket cannot be written.</exception>
    public GpuTicket Enter(GpuNote note)
    {
        var number = 1 + Tickets().Select(NumberOf).DefaultIfEmpty().Max();
        var path = Path.Combine(directory.Queue, number.ToString("d10", CultureInfo.InvariantCulture));
        var fileLock = platform.Files.TryLock(path) ?? throw new IOException($"'{path}' is locked by another process.");
        try
        {
            GpuNote.Write(fileLock, note);
        }
        catch
        {
            // A ticket without a note would block all later starts.
            Delete(path);
            fileLock.Dispose();
            throw;
        }

        return new GpuTicket(path, number, note.Devices, fileLock);
    }

    /// <summary>Whether no earlier ticket asks for one of the same devices. Call it under the state lock.</summary>
    public bool IsFirst(GpuTicket ticket) => !Tickets()
        .Where(path => NumberOf(path) < ticket.Number && !RemoveIfDead(path))
        .Any(path => GpuNote.TryRead(platform, path) is not { } note || note.Devices.Intersect(ticket.Devices).Any());

    /// <summary>The starts that wait, in their order. Call it under the state lock.</summary>
    public IReadOnlyList<GpuNote> List() => ListBefore(int.MaxValue);

    /// <summary>Those that wait in front of a ticket for one of the same devices. Call it under the state lock.</summary>
    public IEnumerable<GpuNote> ListBefore(GpuTicket ticket) =>
        ListBefore(ticket.Number).Where(note => note.Devices.Intersect(ticket.Devices).Any());

    public static void Delete(string ticket) => Accessible.OrDefault(() =>
    {
        File.Delete(ticket);
        return true;
    });

    private IReadOnlyList<GpuNote> ListBefore(int number) =>
    [
        .. Tickets().Where(path => NumberOf(path) < number && !RemoveIfDead(path))
            .Select(path => GpuNote.TryRead(platform, path)).OfType<GpuNote>(),
    ];

    private IEnumerable<string> Tickets() => (TextFile.TryList(directory.Queue) ?? []).Where(path => NumberOf(path) > 0);

    private static int NumberOf(string path) => TextFile.PidOf(path) ?? 0;

    private bool RemoveIfDead(string path)
    {
        using var probe = platform.Files.TryLock(path);
        if (probe is not null)
        {
            File.Delete(path);
        }

        return probe is not null;
    }
}

/// <summary>The place of one start in the queue, until it is disposed.</summary>
internal sealed class GpuTicket(string path, int number, IReadOnlyList<string> devices, IFileLock fileLock) : IDisposable
{
    public int Number => number;

    public IReadOnlyList<string> Devices => devices;

    public void Dispose()
    {
        GpuQueue.Delete(path);
        fileLock.Dispose();
    }
}
