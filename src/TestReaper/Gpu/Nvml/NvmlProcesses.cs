namespace TestReaper.Gpu.Nvml;

// Constraint: a list of processes is an array of records that the driver fills, and the size of a record cannot be known from the name
// of the function. Unversioned functions write 16 bytes, _v2 and _v3 write 24; drivers 535.54.03 to 535.98 wrote 32 through the same
// names. A reader with the wrong size takes a pid for memory, or a 32-byte writer overruns its buffer. The list also changes between
// the call that returns its length and the call that fills it.
//
// Scheme: the buffer has 32 bytes a record and is filled with 0xAA. With a count of n, the bytes from n*24 to n*32 are untouched if and
// only if the records have 24 bytes: a 32-byte writer fills at least the last record's final eight bytes. The buffer starts with room
// for some records and grows by what the driver asks for and some more, a bounded number of times.
//
// Memory of all ones means "not available" (always so under WDDM). A zero says as little: drivers from 535.113 to 560 list pids in
// a container without their memory. https://github.com/XuehaiPan/nvitop/issues/226, https://github.com/NVIDIA/go-nvml/issues/75

/// <summary>Reads the processes of a device: those that compute, draw, or compute by way of MPS.</summary>
internal sealed unsafe class NvmlProcesses
{
    private const int LargestRecord = 32, OldRecord = 16, Record = 24, FirstCapacity = 32, Slack = 16, MaxTries = 8;
    private const byte Untouched = 0xAA;
    private static readonly string[] Kinds = ["Compute", "Graphics", "MPSCompute"];
    private readonly List<(nint Function, int Record)[]> _lists;
    private byte[] _buffer = new byte[FirstCapacity * LargestRecord];

    public NvmlProcesses(NvmlLibrary library)
    {
        // Version 2 and version 3 differ in what a MIG instance reports, not in the record.
        (nint, int)[] Versions(string name) =>
        [
            .. new[] { (library.Find(name + "_v3"), Record), (library.Find(name + "_v2"), Record), (library.Find(name), OldRecord) }
                .Where(version => version.Item1 != 0),
        ];
        _lists = [.. Kinds.Select(kind => Versions($"nvmlDeviceGet{kind}RunningProcesses"))];
    }

    /// <summary>Adds the pids and memory of all lists that the device supports.</summary>
    /// <returns>Success if the list of computing processes was read; else its code.</returns>
    public NvmlResult Read(nint device, List<(int Pid, long? Bytes)> processes)
    {
        var results = _lists.Select(versions => ReadNewest(versions, device, processes)).ToList();
        var lost = results.Find(result => result.IsLost());
        return lost != NvmlResult.Success ? lost : results[0];
    }

    private NvmlResult ReadNewest((nint Function, int Record)[] versions, nint device, List<(int, long?)> processes)
    {
        foreach (var (function, record) in versions)
        {
            if (ReadList(function, record, device, processes) is var result and not NvmlResult.FunctionNotFound)
            {
                return result;
            }
        }

        return NvmlResult.FunctionNotFound;
    }

    private NvmlResult ReadList(nint function, int record, nint device, List<(int, long?)> processes)
    {
        var result = NvmlResult.InsufficientSize;
        for (var i = 0; i < MaxTries && result == NvmlResult.InsufficientSize; i++)
        {
            var count = (uint)(_buffer.Length / LargestRecord);
            Array.Fill(_buffer, Untouched);
            fixed (byte* buffer = _buffer)
            {
                result = ((delegate* unmanaged[Cdecl]<nint, uint*, byte*, NvmlResult>)function)(device, &count, buffer);
            }

            if (result == NvmlResult.InsufficientSize)
            {
                _buffer = new byte[(Math.Min(count, 1 << 16) + Slack) * LargestRecord];
            }
            else if (result == NvmlResult.Success)
            {
                Parse((int)Math.Min(count, (uint)(_buffer.Length / LargestRecord)), record, processes);
            }
        }

        return result;
    }

    private void Parse(int count, int record, List<(int, long?)> processes)
    {
        var isLarge = record == Record && _buffer.AsSpan((count * Record)..(count * LargestRecord)).ContainsAnyExcept(Untouched);
        var size = isLarge ? LargestRecord : record;
        for (var i = 0; i < count; i++)
        {
            var bytes = BitConverter.ToUInt64(_buffer, (i * size) + 8);
            processes.Add((BitConverter.ToInt32(_buffer, i * size), bytes is 0 or ulong.MaxValue ? null : (long)bytes));
        }
    }
}
