using System.Runtime.InteropServices;
using TestReaper.Platform;

namespace TestReaper.Tool.Running;

/// <summary>
/// Forwards SIGINT, SIGQUIT, SIGTERM and SIGHUP to the command, so that it can stop in order. <see cref="StopWaiting"/> is cancelled
/// ten seconds after the first signal, or at the second one; the caller then kills the command.
/// </summary>
internal sealed class SignalForwarder : IDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);
    private readonly CancellationTokenSource _stopWaiting = new();
    private readonly ProcessHandle _command;
    private readonly IProcessPlatform _platform;
    private readonly PosixSignalRegistration[] _registrations;
    private int _signals;

    public SignalForwarder(IProcessPlatform platform, ProcessHandle command)
    {
        (_platform, _command) = (platform, command);
        _registrations = [.. ((PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGQUIT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
            .Select(signal => PosixSignalRegistration.Create(signal, Forward))];
    }

    /// <summary>Cancelled when the command's time to stop has passed.</summary>
    public CancellationToken StopWaiting => _stopWaiting.Token;

    public void Dispose()
    {
        // Disposing a registration waits for a running handler, which still uses the token source.
        Array.ForEach(_registrations, registration => registration.Dispose());
        _stopWaiting.Dispose();
    }

    private void Forward(PosixSignalContext context)
    {
        context.Cancel = true;
        if (context.Signal is PosixSignal.SIGINT or PosixSignal.SIGQUIT && _platform.Terminal.IsInForeground)
        {
            // The terminal sent the signal to the command too, which may handle it and go on, as an interactive interpreter does.
            return;
        }

        if (Interlocked.Increment(ref _signals) > 1)
        {
            _stopWaiting.Cancel();
            return;
        }

        _command.Signal(_platform.Control.SignalNumber(context.Signal));
        _stopWaiting.CancelAfter(StopTimeout);
    }
}
