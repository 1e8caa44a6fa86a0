using System.Buffers.Binary;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using TestReaper.Processes;

namespace TestReaper.Platform.Linux;

/// <summary>A child of this process that System.Diagnostics.Process knows nothing of, so that waitid(2) on it is ours.</summary>
internal sealed unsafe class LinuxChild : LaunchedProcess
{
    private const int ByPid = 1, NoHang = 1, Exited = 4, NoWait = 0x1000000;
    private const int SigInfoSize = 128, CodeOffset = 8, PidOffset = 16, StatusOffset = 24, NormalExit = 1;
    private readonly object _gate = new();
    private ExitStatus? _exit;
    private bool _collected;

    internal LinuxChild(int pid, Containment containment, Stream output, Stream error, Stream? input)
    {
        Containment = containment;
        StandardOutput = output;
        StandardError = error;
        StandardInput = input;

        // Nobody else collects this child: its entry in /proc, if only as a zombie, is certainly its own.
        Identity = ProcFs.TryRead(pid, out var entry) == ReadOutcome.Read ? entry.Identity : new ProcessIdentity(pid, 0);
    }

    public override ProcessIdentity Identity { get; }

    public override Containment Containment { get; }

    public override Stream StandardOutput { get; }

    public override Stream StandardError { get; }

    public override Stream? StandardInput { get; }

    public override OutputPipes TakeOutput() => new LinuxOutputPipes(Handle(StandardOutput), Handle(StandardError));

    public override ExitStatus? PeekExit()
    {
        lock (_gate)
        {
            return _exit ??= Wait(NoHang | NoWait);
        }
    }

    public override void Collect()
    {
        lock (_gate)
        {
            if (!_collected && Wait(NoHang) is { } exit)
            {
                _exit ??= exit;
                _collected = true;
            }
        }
    }

    /// <summary>Signals it, and returns when it is collected: by then its children have another parent.</summary>
    internal void End(int signal)
    {
        lock (_gate)
        {
            if (PeekExit() is null)
            {
                _ = LibC.kill(Identity.Pid, signal);
            }

            // Without NoHang only EINTR is no answer.
            while (!_collected)
            {
                _exit = Wait(0);
                _collected = _exit is not null;
            }
        }
    }

    private static SafePipeHandle Handle(Stream stream) => ((PipeStream)stream).SafePipeHandle;

    private ExitStatus? Wait(int options)
    {
        Span<byte> info = stackalloc byte[SigInfoSize];
        info.Clear();
        fixed (byte* target = info)
        {
            if (LibC.waitid(ByPid, Identity.Pid, target, Exited | options) != 0)
            {
                // ECHILD: with SIGCHLD ignored the kernel, or the runtime, collects every child by itself.
                return Marshal.GetLastPInvokeError() == Errno.EINTR ? null : new ExitStatus(null, null);
            }
        }

        if (BinaryPrimitives.ReadInt32LittleEndian(info[PidOffset..]) == 0)
        {
            return null;
        }

        var status = BinaryPrimitives.ReadInt32LittleEndian(info[StatusOffset..]);
        return BinaryPrimitives.ReadInt32LittleEndian(info[CodeOffset..]) == NormalExit
            ? new ExitStatus(status, null)
            : new ExitStatus(128 + status, status);
    }
}
