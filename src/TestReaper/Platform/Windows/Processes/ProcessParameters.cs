using TestReaper.Platform.Windows.Native;

namespace TestReaper.Platform.Windows.Processes;

/// <summary>The command line and the environment of a process, from its memory.</summary>
/// <remarks>
/// The process environment block names the parameters (PEB and RTL_USER_PROCESS_PARAMETERS in winternl.h). A process can change them at
/// any time, so what they say is checked: a pointer that cannot be read gives no answer. A 32-bit process has the same structures in a
/// 64-bit form, so a 64-bit host can read it; a 32-bit host cannot read a 64-bit process.
/// </remarks>
internal static unsafe class ProcessParameters
{
    private const int MaxEnvironment = 1024 * 1024, Chunk = 4096;

    private static int ParametersOffset => Environment.Is64BitProcess ? 0x20 : 0x10;

    private static int CommandLineOffset => Environment.Is64BitProcess ? 0x70 : 0x40;

    private static int EnvironmentOffset => Environment.Is64BitProcess ? 0x80 : 0x48;

    /// <summary>The command line as the process got it; null if it cannot be read.</summary>
    public static string? ReadCommandLine(int pid) => Read(pid, static (process, parameters) =>
    {
        UnicodeString text;
        return !TryRead(process, parameters + CommandLineOffset, &text, sizeof(UnicodeString))
            ? null
            : ReadText(process, text.Buffer, text.Length);
    });

    /// <summary>The environment: variables that end with a NUL each; null if it cannot be read.</summary>
    public static string? ReadEnvironment(int pid) => Read(pid, static (process, parameters) =>
    {
        nint environment;
        return TryRead(process, parameters + EnvironmentOffset, &environment, sizeof(nint)) && environment != 0
            ? ReadBlock(process, environment)
            : null;
    });

    private static string? Read(int pid, Func<nint, nint, string?> read)
    {
        if (OpenedProcess.TryOpen(pid, OpenedProcess.QueryLimited | OpenedProcess.ReadMemory, out var handle) != ReadOutcome.Read)
        {
            return null;
        }

        using (handle)
        {
            ProcessBasicInformation basic;
            nint parameters;
            return NtDll.NtQueryInformationProcess(
                    handle!.Value, NtDll.ProcessBasicInformation, &basic, (uint)sizeof(ProcessBasicInformation), 0) == 0
                && basic.PebAddress != 0
                && TryRead(handle.Value, basic.PebAddress + ParametersOffset, &parameters, sizeof(nint))
                && parameters != 0
                ? read(handle.Value, parameters)
                : null;
        }
    }

    private static string? ReadText(nint process, nint address, int bytes)
    {
        var text = new char[bytes / sizeof(char)];
        fixed (char* start = text)
        {
            return TryRead(process, address, start, bytes) ? new string(text) : null;
        }
    }

    // Its size is not at the same place in all versions. It ends with an empty variable.
    private static string? ReadBlock(nint process, nint address)
    {
        var text = new StringBuilder();
        var chunk = stackalloc char[Chunk / sizeof(char)];
        while (text.Length < MaxEnvironment)
        {
            // Up to the end of a page: the next one may not exist.
            var bytes = Chunk - (int)(address % Chunk);
            if (!TryRead(process, address, chunk, bytes))
            {
                return null;
            }

            text.Append(chunk, bytes / sizeof(char));
            var all = text.ToString();
            if (all.StartsWith('\0') || all.Contains("\0\0", StringComparison.Ordinal))
            {
                return all[..(all.StartsWith('\0') ? 0 : all.IndexOf("\0\0", StringComparison.Ordinal) + 1)];
            }

            address += bytes;
        }

        return null;
    }

    private static bool TryRead(nint process, nint address, void* buffer, int size) =>
        Kernel32.ReadProcessMemory(process, address, buffer, (nuint)size, out var read) && read == (nuint)size;
}
