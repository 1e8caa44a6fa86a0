using TestReaper.Platform;
using TestReaper.Secrets;

namespace TestReaper.Servers.Recording;

/// <summary>The text of a recording. Only its owner can read it; secrets are masked; each part is on disk at once.</summary>
internal sealed class RecordingFile : IDisposable
{
    // A tree of hundreds of processes with hundreds of threads each.
    private const int MaxLength = 16 * 1024 * 1024;
    private readonly StreamWriter _writer;
    private int _length;

    public RecordingFile(RecordingRequest request)
    {
        (Path, Mask) = (request.File, request.Mask);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        _writer = new StreamWriter(
            Path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), OwnerOnlyFile.Options(FileMode.CreateNew))
        { AutoFlush = true };
    }

    public string Path { get; }

    public SecretMask Mask { get; private set; }

    public void AddSecrets(SecretMask mask) => Mask = Mask.With(mask);

    /// <summary>Writes lines, with an indent.</summary>
    public void Write(string text, int indent = 0)
    {
        foreach (var line in Mask.Mask(text).Split('\n'))
        {
            _length += line.Length + indent + 1;
            if (_length <= MaxLength)
            {
                _writer.WriteLine(new string(' ', indent) + line.TrimEnd());
            }
        }
    }

    public void WriteTitle(string text)
    {
        _writer.WriteLine();
        Write($"== {text}");
    }

    public void Dispose() => _writer.Dispose();
}
