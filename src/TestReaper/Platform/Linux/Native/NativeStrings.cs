namespace TestReaper.Platform.Linux.Native;

/// <summary>C strings that are freed after the call.</summary>
internal sealed unsafe class NativeStrings : IDisposable
{
    private readonly List<nint> _blocks = [];

    public void Dispose() => _blocks.ForEach(static block => NativeMemory.Free((void*)block));

    internal byte* Add(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var block = Allocate(bytes.Length + 1);
        bytes.CopyTo(new Span<byte>(block, bytes.Length));
        block[bytes.Length] = 0;
        return block;
    }

    internal byte** AddArray(IReadOnlyList<string> texts)
    {
        var array = (byte**)Allocate((texts.Count + 1) * sizeof(byte*));
        for (var i = 0; i < texts.Count; i++)
        {
            array[i] = Add(texts[i]);
        }

        array[texts.Count] = null;
        return array;
    }

    private byte* Allocate(int size)
    {
        var block = (byte*)NativeMemory.Alloc((nuint)size);
        _blocks.Add((nint)block);
        return block;
    }
}
