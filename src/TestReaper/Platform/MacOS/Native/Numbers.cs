namespace TestReaper.Platform.MacOS.Native;

/// <summary>Numbers of bsd/sys/errno.h. Those above 34 differ from Linux.</summary>
internal static class Errno
{
    internal const int EPERM = 1;
    internal const int ENOENT = 2;
    internal const int ESRCH = 3;
    internal const int EINTR = 4;
    internal const int E2BIG = 7;
    internal const int ENOEXEC = 8;
    internal const int ENOMEM = 12;
    internal const int EACCES = 13;
    internal const int ETXTBSY = 26;
    internal const int EAGAIN = 35;
    internal const int EBADEXEC = 85;
    internal const int EBADARCH = 86;

    /// <summary>The error of a call that returns 0 on success; 0 if it succeeded.</summary>
    internal static int Of(int result) => result == 0 ? 0 : Marshal.GetLastPInvokeError();
}

/// <summary>Numbers of bsd/sys/fcntl.h.</summary>
internal static class OpenFlags
{
    internal const int ReadOnly = 0;
    internal const int ReadWrite = 2;
    internal const int NonBlocking = 0x4;
    internal const int NoFollow = 0x100;
    internal const int Create = 0x200;
    internal const int CloseOnExec = 0x1000000;
}
