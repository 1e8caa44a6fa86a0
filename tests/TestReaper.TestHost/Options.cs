using System.Globalization;
using System.Runtime.InteropServices;

namespace TestReaper.TestHost;

/// <summary>
/// The command line: <c>[options] -- PROGRAM [ARGUMENT...]</c>, or <c>[options] --kill-tree PID</c>, or <c>[options] --serve</c>,
/// or <c>[options] --leak-scope</c>. <c>--gpu PROC SYS DEV LIBRARY</c> runs <see cref="GpuScenario"/> alone,
/// and <c>--gpu-lease</c> <see cref="GpuLeaseScenario"/>.
/// </summary>
internal sealed record Options
{
    public string[] Command { get; private init; } = [];

    /// <summary>Reap the tree of this process, which another program started, instead of a server.</summary>
    public int? KillTree { get; private init; }

    /// <summary>Read command lines like this one from standard input, each line a JSON array, and perform them one after another.</summary>
    public bool Serve { get; private init; }

    /// <summary>First reap what dead hosts have left, as a fixture does.</summary>
    public bool Sweep { get; private init; }

    /// <summary>Read the steps of a <see cref="LeakScenario"/> from standard input.</summary>
    public bool LeakWindow { get; private init; }

    /// <summary>First start a child with System.Diagnostics.Process and wait for it: from then on the runtime handles SIGCHLD.</summary>
    public bool UseProcess { get; private init; }

    public bool NoCGroup { get; private init; }

    public bool Subreaper { get; private init; }

    /// <summary>The helper that <see cref="DeadHelper"/> kills; 0 for none.</summary>
    public int DeadHelper { get; private init; }

    /// <summary>The directory of a second server, "<see cref="Zoo"/> plain .", which must survive the reap.</summary>
    public string? Neighbour { get; private init; }

    public string? Zoo { get; private init; }

    /// <summary>The system calls that the kernel refuses, each with its errno.</summary>
    public (uint Call, int Errno)[] Refuse { get; private init; } = [];

    /// <summary>Reap when this directory contains <see cref="Entries"/> files.</summary>
    public string? Registry { get; private init; }

    public int Entries { get; private init; }

    /// <summary>Reap after the next line of standard input.</summary>
    public bool Stdin { get; private init; }

    /// <summary>The working directory of the program.</summary>
    public string? Directory { get; private init; }

    /// <summary>Wait until the program listens on {port}, which its arguments must contain.</summary>
    public bool Listens { get; private init; }

    public TimeSpan Timeout { get; private init; } = TimeSpan.FromSeconds(20);

    public TimeSpan Grace { get; private init; }

    public static Options Parse(string[] args)
    {
        var options = new Options();
        for (var i = 0; i < args.Length; i++)
        {
            string Value() => args[++i];
            switch (args[i])
            {
                case "--":
                    return options with { Command = args[(i + 1)..] };
                case "--kill-tree":
                    options = options with { KillTree = int.Parse(Value(), CultureInfo.InvariantCulture) };
                    break;
                case "--no-cgroup":
                    options = options with { NoCGroup = true };
                    break;
                case "--use-process":
                    options = options with { UseProcess = true };
                    break;
                case "--subreaper":
                    options = options with { Subreaper = true };
                    break;
                case "--dead-helper":
                    options = options with { DeadHelper = int.Parse(Value(), CultureInfo.InvariantCulture) };
                    break;
                case "--serve":
                    options = options with { Serve = true };
                    break;
                case "--sweep":
                    options = options with { Sweep = true };
                    break;
                case "--leak-scope":
                    options = options with { LeakWindow = true };
                    break;
                case "--neighbour":
                    options = options with { Neighbour = Value() };
                    break;
                case "--zoo":
                    options = options with { Zoo = Value() };
                    break;
                case "--refuse":
                    options = options with { Refuse = [.. options.Refuse, ParseRefusal(Value())] };
                    break;
                case "--registry":
                    options = options with { Registry = Value() };
                    break;
                case "--entries":
                    options = options with { Entries = int.Parse(Value(), CultureInfo.InvariantCulture) };
                    break;
                case "--stdin":
                    options = options with { Stdin = true };
                    break;
                case "--directory":
                    options = options with { Directory = Value() };
                    break;
                case "--listens":
                    options = options with { Listens = true };
                    break;
                case "--timeout":
                    options = options with { Timeout = ParseSeconds(Value()) };
                    break;
                case "--grace":
                    options = options with { Grace = ParseSeconds(Value()) };
                    break;
                default:
                    throw new ArgumentException($"Unknown option {args[i]}.");
            }
        }

        return options;
    }

    private static TimeSpan ParseSeconds(string text) => TimeSpan.FromSeconds(double.Parse(text, CultureInfo.InvariantCulture));

    private static (uint Call, int Errno) ParseRefusal(string assignment) => assignment.Split('=') switch
    {
        [var call, var errno] => (GetCallNumber(call), GetErrno(errno)),
        _ => throw new ArgumentException($"Expected CALL=ERRNO instead of {assignment}."),
    };

    private static uint GetCallNumber(string name) => name switch
    {
        "pidfd_open" => 434,
        "pidfd_send_signal" => 424,
        "kill" => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 62u : 129u,
        _ => throw new ArgumentException($"The number of the system call {name} is unknown."),
    };

    private static int GetErrno(string name) => name switch
    {
        "EPERM" => 1,
        "EACCES" => 13,
        "EINVAL" => 22,
        "ENFILE" => 23,
        "EMFILE" => 24,
        "ENOSYS" => 38,
        _ => throw new ArgumentException($"The number of {name} is unknown."),
    };
}
