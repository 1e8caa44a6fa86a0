namespace TestReaper.Platform.Windows.Native;

/// <summary>Error codes (https://learn.microsoft.com/windows/win32/debug/system-error-codes).</summary>
internal static class WinError
{
    internal const int
        FileNotFound = 2, PathNotFound = 3, AccessDenied = 5, NotEnoughMemory = 8, BadExeFormat = 193,
        SharingViolation = 32, LockViolation = 33, InvalidParameter = 87, BrokenPipe = 109, FileNameTooLong = 206,
        MoreData = 234, IoPending = 997, IoIncomplete = 996, OperationAborted = 995, DirectoryName = 267,
        ElevationRequired = 740, ExeMachineTypeMismatch = 216, VirusInfected = 225, CommitmentLimit = 1455,
        NoSystemResources = 1450;

    internal static string Describe(int error) => $"{Marshal.GetPInvokeErrorMessage(error).TrimEnd('.', ' ')} (error {error})";
}
