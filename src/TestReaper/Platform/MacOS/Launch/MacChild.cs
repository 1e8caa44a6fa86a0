using System.IO.Pipes;
using TestReaper.Platform.MacOS.Native;
using TestReaper.Platform.MacOS.Processes;
using TestReaper.Platform.MacOS.Wait;

namespace TestReaper.Platform.MacOS.Launch;

/// <summary>A child of this process that System.Diagnostics.Process does not know, so that the runtime does not collect it.</summary>
/// <remarks>
/// Other code may collect it all the same, with waitpid(-1), and then the pid may be reused. So the pid is used only while waitid(2)
/// shows that the child still holds it.
/// </remarks>
internal sealed class MacChild(int pid, Stream output, Stream error, Stream? input) : LaunchedProcess
{
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(1);
    private readonly object _gate = new();
    private ExitStatus? _exit;
    private bool _collected, _isOutputTaken;

    public override ProcessIdentity Identity { get; } =
        ProcessList.TryRead(pid, out BsdProcess process) == ReadOutcome.Read ? process.Identity : new ProcessIdentity(pid, 0);

    public override Containment Containment => Containment.None;

    public override Stream StandardOutput => output;

    public override Stream StandardError => error;

    public override Stream? StandardInput => input;

    public override OutputPipes TakeOutput()
    {
        _isOutputTaken = true;
        return new MacOutputPipes(((PipeStream)output).SafePipeHandle, ((PipeStream)error).SafePipeHandle);
    }

    public override ExitStatus? PeekExit()
    {
        lock (_gate)
        {
            return _exit ??= WaitStatus.Of(pid, WaitStatus.PeekNow);
        }
    }

    public override void Collect() => Collect(WaitStatus.CollectNow);

    public override void Kill()
    {
        var start = Stopwatch.GetTimestamp();
        while (PeekExit() is null && Stopwatch.GetElapsedTime(start) < KillLimit)
        {
            KillGroup();
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
                _ = LibSystem.kill(pid, SignalNumbers.Kill);
            }

            Collect(WaitStatus.CollectAtEnd);
        }
    }

    private void Collect(int options)
    {
        lock (_gate)
        {
            if (!_collected && WaitStatus.Of(pid, options) is { } exit)
            {
                _exit ??= exit;
                _collected = true;
            }
        }
    }

    // The id of its group is not reused before it is collected.
    private void KillGroup()
    {
        lock (_gate)
        {
            if (!_collected && WaitStatus.Of(pid, WaitStatus.PeekNow) is not { Code: null })
            {
                _ = LibSystem.kill(-pid, SignalNumbers.Kill);
            }
        }
    }
}
