namespace TestReaper.Platform.Linux.Procfs;

/// <summary>Splits the content of files in /proc without copying it.</summary>
internal static class ByteText
{
    /// <summary>Takes what precedes the next separator, or everything if there is none, and leaves what follows it.</summary>
    internal static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> text, char separator)
    {
        var end = text.IndexOf((byte)separator);
        var taken = end < 0 ? text : text[..end];
        text = end < 0 ? [] : text[(end + 1)..];
        return taken;
    }
}
