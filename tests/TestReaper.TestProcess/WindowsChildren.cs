using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace TestReaper.TestProcess;

/// <summary>Spawns processes with flags of CreateProcess that System.Diagnostics.Process does not offer.</summary>
internal static unsafe partial class WindowsChildren
{
    private const uint Detached = 0x8, NewGroup = 0x200, Breakaway = 0x01000000;
    private const int AccessDenied = 5;

    public static void Spawn(string kind, IEnumerable<string> arguments)
    {
        var pid = kind switch
        {
            "breakaway" => Start(arguments, Breakaway, refused: "breakaway refused"),
            "detached" => Start(arguments, Detached | NewGroup, refused: null),
            _ => Start(arguments, 0, refused: null),
        };
        if (kind == "nested")
        {
            var job = CreateJobObjectW(0, 0);
            using var child = System.Diagnostics.Process.GetProcessById(pid);
            if (!AssignProcessToJobObject(job, child.Handle))
            {
                throw new IOException($"AssignProcessToJobObject: {Marshal.GetLastPInvokeErrorMessage()}");
            }
        }
    }

    // A job that does not allow a breakaway refuses it. Then the child starts inside, and a line says so.
    private static int Start(IEnumerable<string> arguments, uint flags, string? refused)
    {
        var line = new StringBuilder($"\"{Environment.ProcessPath}\"");
        foreach (var argument in arguments)
        {
            line.Append($" \"{argument}\"");
        }

        var startup = stackalloc byte[256];
        new Span<byte>(startup, 256).Clear();
        *(int*)startup = sizeof(nint) == 8 ? 104 : 68;
        fixed (char* text = (line + "\0").ToCharArray())
        {
            if (!CreateProcessW(null, text, 0, 0, false, flags, 0, null, startup, out var created))
            {
                var error = Marshal.GetLastPInvokeError();
                if (refused is null || error != AccessDenied)
                {
                    throw new IOException(new Win32Exception(error).Message);
                }

                Output.WriteLine(refused);
                return Start(arguments, 0, refused: null);
            }

            return created.ProcessId;
        }
    }

    [LibraryImport("kernel32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CreateProcessW(
        char* application, char* line, nint process, nint thread, [MarshalAs(UnmanagedType.Bool)] bool inherit, uint flags,
        nint environment, char* directory, void* startup, out Created created);

    [LibraryImport("kernel32.dll", SetLastError = true)]
    private static partial nint CreateJobObjectW(nint attributes, nint name);

    [LibraryImport("kernel32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool AssignProcessToJobObject(nint job, nint process);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Created
    {
        public readonly nint Process, Thread;
        public readonly int ProcessId, ThreadId;
    }
}
