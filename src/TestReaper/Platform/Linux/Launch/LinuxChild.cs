using System.IO.Pipes;
using TestReaper.Platform.Linux.Native;
using TestReaper.Platform.Linux.Procfs;
using TestReaper.Platform.Linux.Wait;

namespace TestReaper.Platform.Linux.Launch;

/// <summary>A child of this process that System.Diagnostics.Process does not know, so that the runtime does not collect it.</summary>
/// <remarks>
/// Other code may collect it all the same: the kernel does if SIGCHLD is ignored, the runtime does as process 1, and native code does
/// with waitpid(-1). Then the pid may be reused. So the pid is used only while waitid(2) shows that the child still holds it.
/// </remarks>
[SupportedOSPlatform("linux")]
internal sealed class LinuxChild : LaunchedProcess
{
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(1);
    private readonly object _gate = new();
    private readonly SafeFileHandle? _pidfd;
    private readonly WaitTarget _target;
    private readonly ExitRecorder? _recorder;
    private ExitStatus? _exit;
    private bool _collected, _isOutputTaken;

    internal LinuxChild(int pid, SafeFileHandle? pidfd, Containment containment, Stream output, Stream error, Stream? input)
    {
        Containment = containment;
        StandardOutput = output;
        StandardError = error;
        StandardInput = input;

        _pidfd = pidfd;
        _target = new WaitTarget(pid, _pidfd);
        _recorder = ExitRecorder.IsNeeded ? ExitRecorder.TryStart(_target) : null;
        Identity = ProcFs.TryRead(pid, out var entry) == ReadOutcome.Read ? entry.Identity : new ProcessIdentity(pid, 0);
    }

    public override ProcessIdentity Identity { get; }

    public override Containment Containment { get; }

    public override Stream StandardOutput { get; }

    public override Stream StandardError { get; }

    public override Stream? StandardInput { get; }

    public override OutputPipes TakeOutput()
    {
        _isOutputTaken = true;
        return new LinuxOutputPipes(Handle(StandardOutput), Handle(StandardError));
    }

    public override ExitStatus? PeekExit()
    {
        lock (_gate)
        {
            return _exit ??= Wait(WaitTarget.PeekNow);
        }
    }

    public override void Collect()
    {
        lock (_gate)
        {
            if (!_collected && Wait(WaitTarget.CollectNow) is { } exit)
            {
                _exit ??= exit;
                _collected = true;
                _pidfd?.Dispose();
            }
        }
    }

    public override void Kill()
    {
        Containment.Container?.Kill();
        var start = Stopwatch.GetTimestamp();
        while (PeekExit() is null && Stopwatch.GetElapsedTime(start) < KillLimit)
        {
            KillGroup();
            KillChild();
            ThreadPause.For(TimeSpan.FromMilliseconds(1));
        }

        KillGroup();
        Collect();
        StandardInput?.Dispose();
        if (!_isOutputTaken)
        {
            // The thread that has taken the pipes uses their numbers, which another file may get once they are closed.
            StandardOutput.Dispose();
            StandardError.Dispose();
        }
    }

    /// <summary>Kills the child and returns when it is collected. By then its children have another parent.</summary>
    internal void End()
    {
        lock (_gate)
        {
            if (PeekExit() is null)
            {
                KillChild();
            }

            // Without NoHang, only EINTR gives no result.
            while (!_collected)
            {
                var exit = Wait(WaitTarget.CollectAtEnd);
                _exit ??= exit;
                _collected = exit is not null;
            }
        }
    }

    // The id of its group is not reused before it is collected.
    private void KillGroup()
    {
        if (IsHeld())
        {
            _ = LibC.kill(-Identity.Pid, SignalNumbers.Kill);
        }
    }

    private void KillChild()
    {
        if (_pidfd is not { IsClosed: false }
            || (Pidfd.SendSignal((int)_pidfd.DangerousGetHandle(), SignalNumbers.Kill) != 0 && IsHeld()))
        {
            _ = LibC.kill(Identity.Pid, SignalNumbers.Kill);
        }
    }

    private bool IsHeld() => !_collected && _target.Wait(WaitTarget.PeekNow).Exit is not { Code: null };

    private static SafePipeHandle Handle(Stream stream) => ((PipeStream)stream).SafePipeHandle;

    private ExitStatus? Wait(int options)
    {
        var exit = _target.Wait(options).Exit;
        if (exit is not { Code: null })
        {
            return exit;
        }

        // Other code has collected it.
        return (_pidfd is { IsClosed: false } ? PidfdExit.Read((int)_pidfd.DangerousGetHandle()) : null) ?? _recorder?.Exit() ?? exit;
    }
}
