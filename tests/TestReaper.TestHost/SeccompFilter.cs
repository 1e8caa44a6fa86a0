using System.ComponentModel;
using System.Runtime.InteropServices;

namespace TestReaper.TestHost;

/// <summary>Makes the kernel refuse a system call to this process and its descendants, irrevocably (seccomp(2)).</summary>
internal static unsafe partial class SeccompFilter
{
    private const int SetNoNewPrivileges = 38, SetModeFilter = 1, AllThreads = 1;
    private const uint Allow = 0x7fff0000, ReturnErrno = 0x00050000;
    private const ushort LoadWord = 0x20, JumpIfEqual = 0x15, Return = 0x06;

    private static nint SeccompCall => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 317,
        Architecture.Arm64 => 277,
        var other => throw new PlatformNotSupportedException($"The number of seccomp(2) on {other} is unknown."),
    };

    public static void Refuse(uint call, int errno)
    {
        // The first word of struct seccomp_data is the number of the system call.
        var instructions = stackalloc Instruction[]
        {
            new() { Code = LoadWord, Operand = 0 },
            new() { Code = JumpIfEqual, IfTrue = 0, IfFalse = 1, Operand = call },
            new() { Code = Return, Operand = ReturnErrno | (uint)errno },
            new() { Code = Return, Operand = Allow },
        };
        var program = new Program { Length = 4, Instructions = instructions };
        Check(prctl(SetNoNewPrivileges, 1, 0, 0, 0), "prctl(PR_SET_NO_NEW_PRIVS)");
        Check(syscall(SeccompCall, SetModeFilter, AllThreads, &program), "seccomp");
    }

    private static void Check(nint result, string call)
    {
        if (result != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"{call}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int prctl(int option, nuint argument2, nuint argument3, nuint argument4, nuint argument5);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, nint operation, nint flags, Program* program);

    private struct Instruction
    {
        public ushort Code;
        public byte IfTrue;
        public byte IfFalse;
        public uint Operand;
    }

    private struct Program
    {
        public ushort Length;
        public Instruction* Instructions;
    }
}
