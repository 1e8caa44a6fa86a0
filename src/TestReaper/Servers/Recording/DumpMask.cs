using TestReaper.Secrets;

namespace TestReaper.Servers.Recording;

/// <summary>Overwrites known secrets in a file of any content, in UTF-8 and UTF-16. Lengths and offsets stay.</summary>
internal static class DumpMask
{
    private const int ChunkSize = 4 * 1024 * 1024;

    /// <summary>False if the deadline was over first.</summary>
    public static bool TryOverwrite(string path, SecretMask mask, RecordingDeadline deadline)
    {
        byte[][] secrets = [.. mask.AllTexts.SelectMany(text => (byte[][])[Encoding.UTF8.GetBytes(text), Encoding.Unicode.GetBytes(text)])];
        if (secrets.Length == 0)
        {
            return true;
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);

        // Chunks overlap, so that each secret is in one of them as a whole.
        var overlap = secrets.Max(secret => secret.Length) - 1;
        var buffer = new byte[Math.Max(ChunkSize, 2 * (overlap + 1))];
        for (long position = 0; position < file.Length; position += buffer.Length - overlap)
        {
            file.Position = position;
            var chunk = buffer.AsSpan(0, file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false));
            var isChanged = false;
            foreach (var secret in secrets)
            {
                if (deadline.IsOver)
                {
                    return false;
                }

                isChanged |= Overwrite(chunk, secret);
            }

            if (isChanged)
            {
                file.Position = position;
                file.Write(chunk);
            }
        }

        return true;
    }

    private static bool Overwrite(Span<byte> chunk, ReadOnlySpan<byte> secret)
    {
        var isFound = false;
        for (int at; (at = chunk.IndexOf(secret)) >= 0; chunk = chunk[(at + secret.Length)..])
        {
            chunk.Slice(at, secret.Length).Fill((byte)'*');
            isFound = true;
        }

        return isFound;
    }
}
