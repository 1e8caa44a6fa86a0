using System.Runtime.InteropServices;
using TestReaper.Platform;

namespace TestReaper.Tool.Running;

/// <summary>
/// Forwards SIGINT, SIGQUIT, SIGTERM and SIGHUP to the command, so that it can stop in order. It is created before the command: a signal
/// that arrives meanwhile is forwarded by <see cref="Attach"/>. <see cref="StopWaiting"/> is cancelled ten seconds after the first
/// signal, or at the second one; the caller then kills the command.
/// </summary>
internal sealed class SignalForwarder : IDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);
    private readonly CancellationTokenSource _stopWaiting = new();
    private readonly object _gate = new();
    private readonly IProcessPlatform _platform;
    private readonly PosixSignalRegistration[] _registrations;
    private ProcessHandle? _command;
    private PosixSignal? _first;

    public SignalForwarder(IProcessPlatform platform)
    {
        _platform = platform;
        _registrations = [.. ((PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGQUIT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
            .Select(signal => PosixSignalRegistration.Create(signal, Forward))];
    }

    /// <summary>Cancelled when the command's time to stop has passed.</summary>
    public CancellationToken StopWaiting => _stopWaiting.Token;

    /// <summary>Forwards to this process from now on.</summary>
    public void Attach(ProcessHandle command)
    {
        lock (_gate)
        {
            _command = command;
            Send();
        }
    }

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

        bool isFirst;
        lock (_gate)
        {
            isFirst = _first is null;
            if (isFirst)
            {
                _first = context.Signal;
                Send();
            }
        }

        _stopWaiting.CancelAfter(isFirst ? StopTimeout : TimeSpan.Zero);
    }

    private void Send()
    {
        if (_first is { } signal)
        {
            _command?.Signal(_platform.Control.SignalNumber(signal));
        }
    }
}
