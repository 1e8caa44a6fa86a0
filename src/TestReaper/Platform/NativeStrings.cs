namespace TestReaper.Platform;

/// <summary>C strings that are freed after the call.</summary>
internal sealed unsafe class NativeStrings : IDisposable
{
    private readonly List<nint> _blocks = [];

    public void Dispose() => _blocks.ForEach(Marshal.FreeCoTaskMem);

    internal byte* Add(string text) => (byte*)Keep(Marshal.StringToCoTaskMemUTF8(text));

    internal byte** AddArray(IReadOnlyList<string> texts)
    {
        var array = (byte**)Keep(Marshal.AllocCoTaskMem((texts.Count + 1) * sizeof(byte*)));
        for (var i = 0; i < texts.Count; i++)
        {
            array[i] = Add(texts[i]);
        }

        array[texts.Count] = null;
        return array;
    }

    private nint Keep(nint block)
    {
        _blocks.Add(block);
        return block;
    }
}
