namespace TestReaper.Platform.MacOS.Native;

/// <summary>Values of sysctl(3).</summary>
internal static unsafe class SystemValues
{
    /// <summary>Reads a value by its number into a buffer.</summary>
    /// <returns>The length of the value; -1 if the system refuses.</returns>
    internal static int Read(ReadOnlySpan<int> name, Span<byte> buffer)
    {
        var size = (nuint)buffer.Length;
        fixed (int* parts = name)
        fixed (byte* target = buffer)
        {
            return LibSystem.sysctl(parts, (uint)name.Length, target, &size, null, 0) == 0 ? (int)size : -1;
        }
    }

    /// <summary>Reads a text; null if the system refuses.</summary>
    internal static string? ReadText(string name)
    {
        Span<byte> buffer = stackalloc byte[256];
        var size = (nuint)buffer.Length;
        fixed (byte* target = buffer)
        {
            return LibSystem.sysctlbyname(name, target, &size, null, 0) == 0
                ? Encoding.UTF8.GetString(buffer[..(int)size]).TrimEnd('\0')
                : null;
        }
    }

    /// <summary>Reads a number of four bytes; null if the system refuses.</summary>
    internal static int? ReadNumber(string name)
    {
        var value = 0;
        nuint size = sizeof(int);
        return LibSystem.sysctlbyname(name, &value, &size, null, 0) == 0 ? value : null;
    }
}
