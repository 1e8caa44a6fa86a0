using TestReaper.Platform.Windows.Native;

namespace TestReaper.Platform.Windows.Launch;

/// <summary>The attributes of a new process: which handles it inherits, and which job it is created in.</summary>
/// <remarks>https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-updateprocthreadattribute</remarks>
internal sealed unsafe class AttributeList : IDisposable
{
    private const nuint HandleList = 0x20002, JobList = 0x2000D;
    private const int Count = 2;
    private readonly void* _list;
    private readonly nint* _values;

    /// <param name="handles">The handles to inherit; at most eight.</param>
    /// <param name="job">The job; 0 for none.</param>
    /// <exception cref="LaunchException">The system refuses an attribute.</exception>
    public AttributeList(ReadOnlySpan<nint> handles, nint job)
    {
        nuint size = 0;
        _ = Kernel32.InitializeProcThreadAttributeList(null, Count, 0, ref size);
        _list = NativeMemory.AllocZeroed(size);
        _values = (nint*)NativeMemory.AllocZeroed((nuint)((handles.Length + 1) * sizeof(nint)));
        handles.CopyTo(new Span<nint>(_values, handles.Length));
        _values[handles.Length] = job;
        Check(Kernel32.InitializeProcThreadAttributeList(_list, Count, 0, ref size));
        Check(Update(HandleList, _values, handles.Length));
        Check(job == 0 || Update(JobList, _values + handles.Length, 1));
    }

    public void* Value => _list;

    public void Dispose()
    {
        Kernel32.DeleteProcThreadAttributeList(_list);
        NativeMemory.Free(_list);
        NativeMemory.Free(_values);
    }

    private bool Update(nuint attribute, nint* values, int count) =>
        Kernel32.UpdateProcThreadAttribute(_list, 0, attribute, values, (nuint)(count * sizeof(nint)), 0, 0);

    private static void Check(bool isDone)
    {
        if (!isDone)
        {
            throw new LaunchException(
                $"the system refuses to prepare a new process: {WinError.Describe(Marshal.GetLastPInvokeError())}.");
        }
    }
}
