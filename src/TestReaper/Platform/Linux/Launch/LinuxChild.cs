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
internal sealed class LinuxChild(int pid, SafeFileHandle? pidfd, Containment containment, Stream output, Stream error, Stream? input)
    : LaunchedProcess
{
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(1);
    private readonly object _gate = new();
    private readonly WaitTarget _target = new(pid, pidfd);
    private readonly ExitRecorder? _recorder = ExitRecorder.IsNeeded ? ExitRecorder.TryStart(new WaitTarget(pid, pidfd)) : null;
    private ExitStatus? _exit;
    private bool _collected, _isOutputTaken;

    public override ProcessIdentity Identity { get; } =
        ProcFs.TryRead(pid, out var entry) == ReadOutcome.Read ? entry.Identity : new ProcessIdentity(pid, 0);

    public override Containment Containment => containment;

    public override Stream StandardOutput => output;

    public override Stream StandardError => error;

    public override Stream? StandardInput => input;

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

    public override TimeSpan? PeekCpuTime()
    {
        lock (_gate)
        {
            return _collected ? null : _target.ReadCpuTime();
        }
    }

    public override void Collect() => Collect(WaitTarget.CollectNow);

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

    /// <summary>Kills a child whose launch fails after the spawn.</summary>
    internal static void Kill(int pid, SafeFileHandle? pidfd, IProcessContainer? container) =>
        new LinuxChild(pid, pidfd, new Containment(container), Stream.Null, Stream.Null, input: null).Kill();

    /// <summary>Kills the child and returns when it is collected. By then its children have another parent.</summary>
    internal void End()
    {
        lock (_gate)
        {
            if (PeekExit() is null)
            {
                KillChild();
            }

            Collect(WaitTarget.CollectAtEnd);
        }
    }

    private void Collect(int options)
    {
        lock (_gate)
        {
            if (!_collected && Wait(options) is { } exit)
            {
                _exit ??= exit;
                _collected = true;
                pidfd?.Dispose();
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
        if (pidfd is not { IsClosed: false }
            || (Pidfd.SendSignal((int)pidfd.DangerousGetHandle(), SignalNumbers.Kill) != 0 && IsHeld()))
        {
            _ = LibC.kill(Identity.Pid, SignalNumbers.Kill);
        }
    }

    private bool IsHeld() => !_collected && _target.Wait(WaitTarget.PeekNow) is not { Code: null };

    private static SafePipeHandle Handle(Stream stream) => ((PipeStream)stream).SafePipeHandle;

    private ExitStatus? Wait(int options)
    {
        var exit = _target.Wait(options);
        if (exit is not { Code: null })
        {
            return exit;
        }

        // Other code has collected it.
        return (pidfd is { IsClosed: false } ? PidfdExit.Read((int)pidfd.DangerousGetHandle()) : null) ?? _recorder?.Exit() ?? exit;
    }
}
