using System.Runtime.CompilerServices;
using TestReaper.Platform;
using TestReaper.Platform.Linux.Wait;

namespace TestReaper.Tests.Platform;

/// <summary>Creates a handle without a pidfd, as on a host that does not support them.</summary>
internal static class PolledHandle
{
    public static LinuxProcessHandle Of(ProcessIdentity identity) => New(identity, -1);

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern LinuxProcessHandle New(ProcessIdentity identity, int fd);
}
