namespace TestReaper.Platform.Windows.Native;

/// <summary>Signatures of ntdll.dll only.</summary>
internal static unsafe partial class NtDll
{
    internal const int SystemProcessInformation = 5, ProcessBasicInformation = 0;
    internal const int StatusInfoLengthMismatch = unchecked((int)0xC0000004);

    private const string Library = "ntdll.dll";

    [LibraryImport(Library)]
    internal static partial int NtQuerySystemInformation(int kind, void* buffer, uint size, out uint needed);

    [LibraryImport(Library)]
    internal static partial int NtQueryInformationProcess(
        nint process, int kind, ProcessBasicInformation* information, uint size, nint returned);
}
