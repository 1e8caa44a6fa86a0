namespace TestReaper.Platform;

/// <summary>Ends a wait of another thread. It is kept until a wait has taken it, and needs no descriptor.</summary>
internal sealed class WakeSignal
{
    private readonly object _gate = new();
    private bool _isSet;

    /// <summary>Ends the current wait or the next one; safe on every thread.</summary>
    public void Set()
    {
        lock (_gate)
        {
            _isSet = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Waits for <see cref="Set"/>, for one thread.</summary>
    /// <returns>False if the timeout passed first.</returns>
    public bool Wait(TimeSpan timeout)
    {
        lock (_gate)
        {
            var isSet = _isSet || Monitor.Wait(_gate, timeout);
            _isSet = false;
            return isSet;
        }
    }
}
