namespace TestReaper.Platform.Linux.Native;

/// <summary>Numbers of the Linux ABI, equal on x86-64 and arm64 except where a switch says otherwise.</summary>
internal static class Errno
{
    internal const int EPERM = 1;
    internal const int ENOENT = 2;
    internal const int ESRCH = 3;
    internal const int EINTR = 4;
    internal const int E2BIG = 7;
    internal const int ENOEXEC = 8;
    internal const int EAGAIN = 11;
    internal const int ENOMEM = 12;
    internal const int EACCES = 13;
    internal const int EEXIST = 17;
    internal const int EISDIR = 21;
    internal const int EINVAL = 22;
    internal const int ENFILE = 23;
    internal const int EMFILE = 24;
    internal const int ETXTBSY = 26;
    internal const int EROFS = 30;
    internal const int ENOSYS = 38;
    internal const int ENOTEMPTY = 39;

    /// <summary>The error of a call that returns 0 on success; 0 if it succeeded.</summary>
    internal static int Of(int result) => result == 0 ? 0 : Marshal.GetLastPInvokeError();
}

internal static class OpenFlags
{
    internal const int ReadOnly = 0;
    internal const int WriteOnly = 1;
    internal const int ReadWrite = 2;
    internal const int Create = 0x40;
    internal const int NonBlocking = 0x800;
    internal const int CloseOnExec = 0x80000;
    internal const int PathOnly = 0x200000;

    // O_DIRECTORY and O_NOFOLLOW differ between the architectures.
    internal static readonly int Directory = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 : 0x10000;
    internal static readonly int NoFollow = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;
}

internal static class SystemCall
{
    internal const int PidfdSendSignal = 424;
    internal const int PidfdOpen = 434;
    internal static readonly int WaitId = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 95 : 247;
    internal static readonly int GetDents64 = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 61 : 217;
}
