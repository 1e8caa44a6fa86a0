using System.Runtime.InteropServices;
using TestReaper.Platform;

namespace TestReaper.Tool.Running;

/// <summary>
/// The signals that would end this process go to the command instead: it may stop in order. If it has not within ten seconds, or at
/// the second signal, it is to be killed.
/// </summary>
internal sealed class SignalRelay : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly CancellationTokenSource _end = new();
    private readonly ProcessHandle _command;
    private readonly IProcessPlatform _platform;
    private readonly PosixSignalRegistration[] _registrations;
    private int _signals;

    public SignalRelay(IProcessPlatform platform, ProcessHandle command)
    {
        (_platform, _command) = (platform, command);
        _registrations = [.. ((PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGQUIT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
            .Select(signal => PosixSignalRegistration.Create(signal, Pass))];
    }

    /// <summary>Waiting for the command is over.</summary>
    public CancellationToken End => _end.Token;

    public void Dispose()
    {
        // Waits for a handler that runs.
        Array.ForEach(_registrations, registration => registration.Dispose());
        _end.Dispose();
    }

    private void Pass(PosixSignalContext context)
    {
        context.Cancel = true;
        if (context.Signal is PosixSignal.SIGINT or PosixSignal.SIGQUIT && _platform.Terminal.IsInForeground)
        {
            // The terminal has sent it to the command as well, which decides what comes of it: an interpreter goes on.
            return;
        }

        if (Interlocked.Increment(ref _signals) > 1)
        {
            _end.Cancel();
            return;
        }

        _command.Signal(_platform.Control.SignalNumber(context.Signal));
        _end.CancelAfter(Patience);
    }
}
