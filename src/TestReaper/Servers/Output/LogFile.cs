using TestReaper.Platform;

namespace TestReaper.Servers.Output;

/// <summary>A log file that only its owner can read. Beyond its limit the first and the last part are kept.</summary>
/// <remarks>The tail goes to two side files in turn, which are appended when the log is closed.</remarks>
internal sealed class LogFile : IDisposable
{
    private readonly long _headLimit;
    private readonly long _sideLimit;
    private StreamWriter? _writer;
    private long _written;
    private long _leftOut;

    /// <param name="path">A file that does not exist yet.</param>
    /// <param name="limit">How many characters are kept: half for the head, half for the tail.</param>
    public LogFile(string path, long limit = 256L * 1024 * 1024)
    {
        Path = path;
        _headLimit = limit / 2;
        _sideLimit = limit / 4;
        _writer = Open(path);
    }

    public string Path { get; }

    private string Side => Path + ".tail";

    private string OlderSide => Path + ".tail.1";

    public void WriteLine(string line)
    {
        if (_writer is null)
        {
            return;
        }

        var isInTail = _written > _headLimit;
        var isFull = isInTail ? _written - _headLimit > _sideLimit : _written + line.Length >= _headLimit;
        if (isFull)
        {
            Rotate();
        }

        _writer.WriteLine(line);
        _written += line.Length + 1;
    }

    /// <summary>Closes the log and appends the tail to the head.</summary>
    public void Dispose()
    {
        _writer?.Dispose();
        _writer = null;
        if (!File.Exists(Side))
        {
            return;
        }

        using (var log = new FileStream(Path, FileMode.Append))
        {
            log.Write(Encoding.UTF8.GetBytes($"... {_leftOut} bytes left out ...{Environment.NewLine}"));
            string[] sides = [OlderSide, Side];
            foreach (var side in sides.Where(File.Exists))
            {
                using var tail = File.OpenRead(side);
                tail.CopyTo(log);
            }
        }

        File.Delete(Side);
        File.Delete(OlderSide);
    }

    private void Rotate()
    {
        _written = _headLimit + 1;
        _writer?.Dispose();
        if (File.Exists(OlderSide))
        {
            _leftOut += new FileInfo(OlderSide).Length;
        }

        if (File.Exists(Side))
        {
            File.Move(Side, OlderSide, overwrite: true);
        }

        _writer = Open(Side);
    }

    private static StreamWriter Open(string path) =>
        new(path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), OwnerOnlyFile.Options(FileMode.CreateNew)) { AutoFlush = true };
}
