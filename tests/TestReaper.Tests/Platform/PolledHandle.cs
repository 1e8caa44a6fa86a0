using System.Runtime.CompilerServices;
using TestReaper.Platform;
using TestReaper.Platform.Linux.Wait;

namespace TestReaper.Tests.Platform;

/// <summary>A handle as a host without pidfds makes it: pid and start time alone.</summary>
internal static class PolledHandle
{
    public static LinuxProcessHandle Of(ProcessIdentity identity) => New(identity, -1);

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern LinuxProcessHandle New(ProcessIdentity identity, int fd);
}
