using System.Buffers;
using System.Buffers.Binary;
using TestReaper.Platform.MacOS.Native;

namespace TestReaper.Platform.MacOS.Processes;

/// <summary>The arguments and the environment of a process, from sysctl KERN_PROCARGS2.</summary>
/// <param name="Arguments">Its own name first.</param>
/// <param name="Environment">Variables, each with a NUL behind it; empty if the kernel does not show them.</param>
/// <remarks>
/// The value is: the number of arguments, the path of the program, NULs, the arguments, the environment, and strings of the loader behind
/// an empty one. The kernel leaves out the environment of a program that System Integrity Protection restricts, which are those of the
/// system, such as /bin/sh. https://github.com/apple-oss-distributions/xnu/blob/main/bsd/kern/kern_sysctl.c (sysctl_procargsx)
/// </remarks>
internal sealed record ProcessArguments(IReadOnlyList<string> Arguments, byte[] Environment)
{
    private const int Kernel = 1, Arguments2 = 49;

    // The kernel refuses a larger buffer than ARG_MAX with the number in front, and fills a smaller one with other content.
    private const int BufferSize = (1024 * 1024) + sizeof(int);

    /// <summary>Null for a zombie, a process of another user, and one that is gone.</summary>
    internal static ProcessArguments? Read(int pid)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var length = SystemValues.Read([Kernel, Arguments2, pid], buffer.AsSpan(0, BufferSize));
            return length > 0 ? Parse(buffer.AsSpan(0, length)) : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>A pure function of the value; null if it is cut off.</summary>
    internal static ProcessArguments? Parse(ReadOnlySpan<byte> value)
    {
        if (value.Length <= sizeof(int))
        {
            return null;
        }

        var count = BinaryPrimitives.ReadInt32LittleEndian(value);
        var rest = value[sizeof(int)..];
        _ = TakeText(ref rest);
        rest = rest.TrimStart((byte)0);
        var arguments = new List<string>();
        while (arguments.Count < count && !rest.IsEmpty)
        {
            arguments.Add(Encoding.UTF8.GetString(TakeText(ref rest)));
        }

        return arguments.Count == count ? new ProcessArguments(arguments, rest.ToArray()) : null;
    }

    /// <summary>The variables with a name and a value, up to the strings of the loader.</summary>
    internal IEnumerable<KeyValuePair<string, string>> Variables() => Encoding.UTF8.GetString(Environment)
        .Split('\0')
        .TakeWhile(static variable => variable.Length > 0)
        .Select(static variable => (Text: variable, End: variable.IndexOf('=')))
        .Where(static variable => variable.End > 0)
        .Select(static variable => KeyValuePair.Create(variable.Text[..variable.End], variable.Text[(variable.End + 1)..]));

    /// <summary>The scopes that the process inherited; null if its environment is not shown. A variable may occur twice.</summary>
    internal IReadOnlyList<string>? Scopes() => Environment.AsSpan().ContainsAnyExcept((byte)0)
        ?
        [
            .. Encoding.UTF8.GetString(Environment)
                .Split('\0')
                .Where(static variable => variable.StartsWith(ScopeId.Variable + "=", StringComparison.Ordinal))
                .SelectMany(static variable => variable[(ScopeId.Variable.Length + 1)..].Split(':'))
                .Where(static scope => ScopeId.IsScope(scope))
                .Distinct(),
        ]
        : null;

    private static ReadOnlySpan<byte> TakeText(ref ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf((byte)0);
        var text = end < 0 ? rest : rest[..end];
        rest = end < 0 ? [] : rest[(end + 1)..];
        return text;
    }
}
