using System.Runtime.InteropServices;

namespace SampleServer.Processes;

/// <summary>SIGTERM or Ctrl+C, as a task.</summary>
internal sealed class StopRequest : IDisposable
{
    private readonly TaskCompletionSource _requested = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration _terminate;
    private readonly PosixSignalRegistration _interrupt;

    public StopRequest(bool ignoreSigterm)
    {
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, ignoreSigterm ? Ignore : Stop);
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    }

    public Task Requested => _requested.Task;

    public void Dispose()
    {
        _terminate.Dispose();
        _interrupt.Dispose();
    }

    private static void Ignore(PosixSignalContext signal) => signal.Cancel = true;

    private void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _requested.TrySetResult();
    }
}
