using System.Runtime.ExceptionServices;

namespace TestReaper.Platform.Linux.Procfs;

/// <summary>The process and the subject of a read.</summary>
internal readonly record struct ReadKey(ProcessIdentity Process, string Subject);

/// <summary>A batch of reads that several threads take one by one, with their answers. See <see cref="BoundedReads"/>.</summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "A reader may set it at any later time; it has no kernel handle.")]
internal abstract class ReadBatch(IReadOnlyList<int> pids, string subject)
{
    private const int Waiting = 0, Begun = 1, Answered = 2, Skipped = 3;
    private readonly int[] _states = new int[pids.Count];
    private readonly ManualResetEventSlim _done = new();
    private volatile bool _isGivenUp;
    private ExceptionDispatchInfo? _error;
    private int _next = -1;
    private int _ended;

    /// <summary>The subject is a path, and the pid has no meaning.</summary>
    public bool IsAboutPath { get; init; }

    public bool IsDone => Progress >= _states.Length;

    /// <summary>How many reads have ended.</summary>
    public int Progress => Volatile.Read(ref _ended);

    public bool IsAllBegun => Volatile.Read(ref _next) >= _states.Length - 1;

    protected IReadOnlyList<int> Pids { get; } = pids;

    /// <summary>Skips the processes whose last read is still stuck.</summary>
    public void SkipStuck()
    {
        if (!StuckReads.Any())
        {
            return;
        }

        for (var i = 0; i < _states.Length; i++)
        {
            if (KeyOf(i) is { } key && StuckReads.Contains(key))
            {
                _states[i] = Skipped;
                _ended++;
            }
        }
    }

    /// <summary>Waits; true once all reads have ended.</summary>
    public bool Wait(TimeSpan time) => _done.Wait(time);

    /// <summary>Called by the threads of the pool. True for the one that ends the last read.</summary>
    public bool ReadNext()
    {
        var isLast = false;
        int index;
        while (!_isGivenUp && (index = Interlocked.Increment(ref _next)) < _states.Length)
        {
            if (Volatile.Read(ref _states[index]) == Skipped)
            {
                continue;
            }

            Volatile.Write(ref _states[index], Begun);
            try
            {
                Read(index);
            }
            catch (Exception error)
            {
                _error ??= ExceptionDispatchInfo.Capture(error);
            }

            Volatile.Write(ref _states[index], Answered);
            isLast = Interlocked.Increment(ref _ended) == _states.Length;
        }

        return isLast;
    }

    public void Complete() => _done.Set();

    /// <summary>Called when the caller stops waiting: reads that have begun and not ended are stuck.</summary>
    public void GiveUp()
    {
        _error?.Throw();
        if (IsDone)
        {
            return;
        }

        _isGivenUp = true;
        for (var i = 0; i < _states.Length; i++)
        {
            if (Volatile.Read(ref _states[i]) == Begun && KeyOf(i) is { } key)
            {
                StuckReads.Add(key, this, i);
            }
        }
    }

    public bool HasAnswer(int index) => Volatile.Read(ref _states[index]) == Answered;

    protected abstract void Read(int index);

    private ReadKey? KeyOf(int index) =>
        IsAboutPath ? new ReadKey(default, subject)
        : ProcFs.TryRead(Pids[index], out var entry) == ReadOutcome.Read ? new ReadKey(entry.Identity, subject)
        : null;
}

/// <summary>A batch of reads with answers of one type.</summary>
internal sealed class ReadBatch<T>(IReadOnlyList<int> pids, string subject, Func<int, T> read) : ReadBatch(pids, subject)
{
    private readonly T[] _answers = new T[pids.Count];

    public bool TryGet(int index, out T answer)
    {
        var isAnswered = HasAnswer(index);
        answer = isAnswered ? _answers[index] : default!;
        return isAnswered;
    }

    protected override void Read(int index) => _answers[index] = read(Pids[index]);
}
