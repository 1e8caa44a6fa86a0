using TestReaper.Platform;
using TestReaper.Secrets;

namespace TestReaper.Servers.Output;

/// <summary>
/// Reads the output streams of a server to their end, on a thread of its own that waits in poll(2): a server whose output is not read
/// blocks at its next line, so reading depends neither on the thread pool nor on the handlers of lines.
/// </summary>
internal sealed class OutputPump
{
    // Longer lines reach the log in pieces.
    private const int MaxLine = 64 * 1024;

    // What a pipe may hold at most for a user without privileges; a process that writes without a pause is not read beyond it.
    private const int PipeCapacity = 1024 * 1024;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly OutputPipes _pipes;
    private readonly OutputStream[] _streams;
    private readonly ServerOutput _output;
    private readonly List<TaskCompletionSource> _settling = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _stops;

    public OutputPump(ServerOutput output, SecretMask mask, OutputPipes pipes)
    {
        _output = output;
        _pipes = pipes;
        _streams = [.. Enumerable.Range(0, pipes.Count).Select(pipe => new OutputStream(output, mask, pipe, MaxLine))];
        new Thread(Run) { IsBackground = true, Name = "TestReaper output" }.Start();
    }

    /// <summary>
    /// Waits for the end of the streams, then for the handlers of lines; at most twice <paramref name="timeout"/>.
    /// Whether a process still holds a stream open is the kernel's answer, not the reader's progress.
    /// </summary>
    public OutputDrain Drain(TimeSpan timeout)
    {
        var start = Environment.TickCount64;
        if (_ended.Task.Wait(timeout))
        {
            _output.WaitUntilDelivered(timeout - TimeSpan.FromMilliseconds(Environment.TickCount64 - start));
            return OutputDrain.Ended;
        }

        int[] writers = [.. _pipes.HeldOpen().SelectMany(_pipes.Writers).Distinct()];

        // Asked again: a process that ended meanwhile holds nothing.
        var isHeldOpen = _pipes.HeldOpen().Count > 0;
        _stops = true;
        _pipes.Wake();
        return new OutputDrain(isHeldOpen, _ended.Task.Wait(timeout), isHeldOpen ? writers : []);
    }

    /// <summary>Completes when all that is in the pipes now was read; the children of an exited server may keep them open.</summary>
    public Task SettleAsync(TimeSpan timeout)
    {
        var settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_settling)
        {
            _settling.Add(settled);
            if (_ended.Task.IsCompleted)
            {
                settled.TrySetResult();
            }
        }

        _pipes.Wake();
        return Task.WhenAny(settled.Task, Task.Delay(timeout));
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
                    Settle();
                }

                Array.ForEach(_streams, static stream => stream.Tick());
            }

            Array.ForEach(_streams, stream => ReadSome(stream, PipeCapacity));
        }
        finally
        {
            Array.ForEach(_streams, static stream => stream.End());
            _pipes.Dispose();
            lock (_settling)
            {
                _ended.TrySetResult();
            }

            Settle();
        }
    }

    private int NextWait()
    {
        lock (_settling)
        {
            if (_settling.Count > 0)
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

    // An unfinished line is shown as well: it may be a prompt.
    private void Settle()
    {
        lock (_settling)
        {
            if (_settling.Count > 0)
            {
                Array.ForEach(_streams, static stream => stream.Show());
                _settling.ForEach(static settled => settled.TrySetResult());
                _settling.Clear();
            }
        }
    }
}
