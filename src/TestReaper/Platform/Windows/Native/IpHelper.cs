namespace TestReaper.Platform.Windows.Native;

/// <summary>Signatures of iphlpapi.dll only.</summary>
internal static unsafe partial class IpHelper
{
    internal const int InterNetwork = 2, InterNetworkV6 = 23;
    internal const int OwnerPidListeners = 3, OwnerPidAll = 5;
    internal const uint InsufficientBuffer = 122;

    [LibraryImport("iphlpapi.dll")]
    internal static partial uint GetExtendedTcpTable(
        void* table, ref uint size, [MarshalAs(UnmanagedType.Bool)] bool ordered, int family, int kind, uint reserved);
}
