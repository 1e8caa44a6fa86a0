namespace TestReaper.Platform.Windows.Native;

/// <summary>Waits for an event and for up to 63 further handles in one call.</summary>
/// <remarks>https://learn.microsoft.com/windows/win32/api/synchapi/nf-synchapi-waitformultipleobjects</remarks>
internal static unsafe class HandleWait
{
    /// <summary>How many handles fit beside the event (MAXIMUM_WAIT_OBJECTS).</summary>
    internal const int MostHandles = 63;

    /// <summary>Whether the event was set within the time. Resets it.</summary>
    public static bool ForEvent(SystemHandle wake, TimeSpan timeout) =>
        Kernel32.WaitForSingleObject(wake.Value, ToMilliseconds(timeout)) == 0;

    /// <summary>Waits for the event or one of the handles.</summary>
    /// <returns>The index of a handle; -1 for the event; null if the time is over.</returns>
    public static int? ForAny(SystemHandle wake, ReadOnlySpan<nint> handles, TimeSpan timeout)
    {
        var all = stackalloc nint[MostHandles + 1];
        all[0] = wake.Value;
        handles.CopyTo(new Span<nint>(all + 1, MostHandles));
        var result = Kernel32.WaitForMultipleObjects((uint)handles.Length + 1, all, all: false, ToMilliseconds(timeout));
        return result <= handles.Length ? (int)result - 1 : null;
    }

    /// <summary>An event that one wait resets; null if the system refuses it.</summary>
    public static SystemHandle? CreateEvent()
    {
        var handle = Kernel32.CreateEvent(0, manualReset: false, initial: false, 0);
        return handle == 0 ? null : new SystemHandle(handle);
    }

    private static uint ToMilliseconds(TimeSpan timeout) =>
        timeout < TimeSpan.Zero ? Kernel32.Infinite : (uint)Math.Min(Math.Ceiling(timeout.TotalMilliseconds), int.MaxValue);
}
