using TestReaper.Platform;
using TestReaper.Secrets;

namespace TestReaper.Servers.Output;

/// <summary>Reads the output streams of a server to their end, on a thread of its own.</summary>
/// <remarks>
/// Constraint: a pipe holds 64 KiB. A server whose output is not read blocks at its next line, so reading must not depend on the thread
/// pool, on handlers of lines, on a logger or on a full disk. A pipe ends only when every process that inherited it has closed it
/// (https://man7.org/linux/man-pages/man7/pipe.7.html), which may be long after the server is gone.
/// <para>
/// Scheme: one thread waits in poll(2) for both streams and for <see cref="OutputPipes.Wake"/>. It reads what is there and passes it to an
/// <see cref="OutputStream"/> each, which makes lines of it. Handlers get the lines on threads of their own (see LineSubscription). Lines
/// without an end are handled by time: poll(2) returns when the next one is due.
/// </para>
/// <para>
/// A caller can wait for two events. <see cref="CatchUpAsync"/> completes when everything that is in the pipes now was read. A start that
/// failed uses it to get the last line. <see cref="Drain"/> waits for the end of the pipes. After its timeout it asks the kernel whether
/// a process still holds them open, reads what is left and stops.
/// </para>
/// <para>Only the thread reads and closes the pipes.</para>
/// </remarks>
internal sealed class OutputPump
{
    // The largest pipe of an unprivileged user. The last read stops there, since a process may write without a pause.
    private const int PipeCapacity = 1024 * 1024;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly OutputPipes _pipes;
    private readonly OutputStream[] _streams;
    private readonly ServerOutput _output;
    private readonly List<TaskCompletionSource> _catchingUp = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _stops;

    public OutputPump(ServerOutput output, SecretMask mask, OutputPipes pipes)
    {
        _output = output;
        _pipes = pipes;
        _streams = [.. Enumerable.Range(0, pipes.Count).Select(pipe => new OutputStream(output, mask, pipe))];
        new Thread(Run) { IsBackground = true, Name = "TestReaper output" }.Start();
    }

    /// <summary>Waits for the end of the streams, then for the handlers of lines; at most twice <paramref name="timeout"/>.</summary>
    /// <returns>Null if no process can write any more, as the kernel says; else the writers, as far as this user can see them.</returns>
    public IReadOnlyList<int>? Drain(TimeSpan timeout)
    {
        var start = Environment.TickCount64;
        if (_ended.Task.Wait(timeout))
        {
            _output.WaitUntilDelivered(timeout - TimeSpan.FromMilliseconds(Environment.TickCount64 - start));
            return null;
        }

        int[] writers = [.. _pipes.HeldOpen().SelectMany(_pipes.Writers).Distinct()];

        // Asked again, since a process may have ended meanwhile.
        var isHeldOpen = _pipes.HeldOpen().Count > 0;
        _stops = true;
        _pipes.Wake();
        _ended.Task.Wait(timeout);
        return isHeldOpen ? writers : null;
    }

    /// <summary>Completes when everything that is in the pipes now was read, or after the timeout.</summary>
    public Task CatchUpAsync(TimeSpan timeout)
    {
        var caughtUp = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_catchingUp)
        {
            _catchingUp.Add(caughtUp);
            if (_ended.Task.IsCompleted)
            {
                caughtUp.TrySetResult();
            }
        }

        _pipes.Wake();
        return Task.WhenAny(caughtUp.Task, Task.Delay(timeout));
    }

    private void Run()
    {
        try
        {
            while (!_stops && Array.Exists(_streams, stream => !_pipes.HasEnded(stream.Pipe)))
            {
                if (_pipes.Wait(NextWait()))
                {
                    Array.ForEach(_streams, stream => ReadSome(stream, _buffer.Length));
                }
                else
                {
                    CatchUp();
                }

                Array.ForEach(_streams, static stream => stream.Tick());
            }

            Array.ForEach(_streams, stream => ReadSome(stream, PipeCapacity));
        }
        finally
        {
            Array.ForEach(_streams, static stream => stream.End());
            _pipes.Dispose();
            lock (_catchingUp)
            {
                _ended.TrySetResult();
            }

            CatchUp();
        }
    }

    private int NextWait()
    {
        lock (_catchingUp)
        {
            if (_catchingUp.Count > 0)
            {
                return 0;
            }
        }

        return _streams.Select(stream => stream.NextTick).Where(wait => wait >= 0).DefaultIfEmpty(-1).Min();
    }

    private void ReadSome(OutputStream stream, int limit)
    {
        for (int total = 0, count; total < limit && (count = _pipes.Read(stream.Pipe, _buffer)) > 0; total += count)
        {
            stream.Write(_buffer.AsSpan(0, count));
        }
    }

    // Also shows unfinished lines: one may be a prompt.
    private void CatchUp()
    {
        lock (_catchingUp)
        {
            if (_catchingUp.Count > 0)
            {
                Array.ForEach(_streams, static stream => stream.Show());
                _catchingUp.ForEach(static caughtUp => caughtUp.TrySetResult());
                _catchingUp.Clear();
            }
        }
    }
}
