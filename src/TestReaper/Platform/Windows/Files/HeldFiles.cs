using TestReaper.Platform.Windows.Native;

namespace TestReaper.Platform.Windows.Files;

/// <summary>Finds whether a file or a named pipe is still held.</summary>
/// <remarks>
/// On Windows a file is locked by the way in which it is open: a process that does not share it locks it. A named pipe exists for as
/// long as its server has an instance open, and its name is taken until then.
/// </remarks>
[SupportedOSPlatform("windows")]
internal static class HeldFiles
{
    private const string Pipes = @"\\.\pipe\";

    public static LockState Probe(string path) => path.StartsWith(Pipes, StringComparison.OrdinalIgnoreCase)
        ? new LockState(Exists(path))
        : ProbeFile(path);

    // Does not connect to the pipe.
    private static bool Exists(string pipe) =>
        Kernel32.WaitNamedPipe(pipe, 1) || Marshal.GetLastPInvokeError() != WinError.FileNotFound;

    private static LockState ProbeFile(string path)
    {
        try
        {
            var access = File.GetAttributes(path).HasFlag(FileAttributes.ReadOnly) ? FileAccess.Read : FileAccess.ReadWrite;
            using var file = File.Open(path, FileMode.Open, access, FileShare.ReadWrite | FileShare.Delete);

            // Fails if another process has locked any byte.
            file.Lock(0, long.MaxValue);
            return new LockState(false);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return new LockState(false);
        }
        catch (IOException error) when ((error.HResult & 0xFFFF) is WinError.SharingViolation or WinError.LockViolation)
        {
            return new LockState(true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new LockState(null, Reason: error.Message);
        }
    }
}
