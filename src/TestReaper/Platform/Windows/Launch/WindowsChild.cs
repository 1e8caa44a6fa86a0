using System.IO.Pipes;
using TestReaper.Platform.Windows.Jobs;
using TestReaper.Platform.Windows.Native;
using TestReaper.Platform.Windows.Processes;
using TestReaper.Platform.Windows.Wait;

namespace TestReaper.Platform.Windows.Launch;

/// <summary>A child that this process holds by a handle. Its pid is not reused before <see cref="Collect"/> closes the handle.</summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsChild : LaunchedProcess
{
    private const uint KillLimitMilliseconds = 1000;
    private readonly object _gate = new();
    private readonly SystemHandle _process;
    private readonly SafePipeHandle _output, _error;
    private readonly Lazy<Stream> _outputStream, _errorStream;
    private ExitStatus? _exit;
    private bool _isOutputTaken;

    public WindowsChild(
        SystemHandle process,
        ProcessIdentity identity,
        Containment containment,
        SafePipeHandle output,
        SafePipeHandle error,
        SafePipeHandle? input,
        bool leadsGroup)
    {
        (_process, _output, _error, Identity, Containment) = (process, output, error, identity, containment);

        // A stream takes over the completions of its handle, so there is none until it is asked for.
        _outputStream = new(() => new NamedPipeServerStream(PipeDirection.In, isAsync: true, isConnected: true, output));
        _errorStream = new(() => new NamedPipeServerStream(PipeDirection.In, isAsync: true, isConnected: true, error));
        StandardInput = input is null ? null : new NamedPipeServerStream(PipeDirection.Out, isAsync: true, isConnected: true, input);
        if (leadsGroup)
        {
            ConsoleBreak.AddLeader(identity);
        }
    }

    public override ProcessIdentity Identity { get; }

    public override Containment Containment { get; }

    public override Stream StandardOutput => _outputStream.Value;

    public override Stream StandardError => _errorStream.Value;

    public override Stream? StandardInput { get; }

    public override OutputPipes TakeOutput()
    {
        _isOutputTaken = true;
        return new WindowsOutputPipes(_output, _error);
    }

    public override ExitStatus? PeekExit()
    {
        lock (_gate)
        {
            return _exit ??= !_process.IsClosed && OpenedProcess.HasExited(_process) ? WindowsProcessHandle.ExitOf(_process) : null;
        }
    }

    public override void Kill()
    {
        Containment.Container?.Kill();
        End();
        StandardInput?.Dispose();
        if (!_isOutputTaken)
        {
            _output.Dispose();
            _error.Dispose();
        }
    }

    public override void Collect()
    {
        lock (_gate)
        {
            if (PeekExit() is not null)
            {
                ConsoleBreak.RemoveLeader(Identity);
                _process.Dispose();
            }
        }
    }

    /// <summary>Ends the child and waits for up to a second until it has exited.</summary>
    internal void End()
    {
        lock (_gate)
        {
            if (PeekExit() is null)
            {
                _ = Kernel32.TerminateProcess(_process.Value, JobObject.KilledExitCode);
                _ = Kernel32.WaitForSingleObject(_process.Value, KillLimitMilliseconds);
            }

            Collect();
        }
    }
}
