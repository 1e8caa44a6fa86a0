namespace TestReaper.Processes.Sampling;

/// <summary>Background threads of the sampler. A host that cannot create one still starts processes and reaps them.</summary>
internal static class SamplingThread
{
    /// <returns>False if the system refuses another thread.</returns>
    public static bool TryStart(string name, ThreadStart work)
    {
        try
        {
            new Thread(work) { IsBackground = true, Name = name }.Start();
            return true;
        }
        catch (Exception error) when (error is OutOfMemoryException or ThreadStartException)
        {
            return false;
        }
    }
}
