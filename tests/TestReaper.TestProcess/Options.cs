using System.Globalization;
using System.Net;

namespace TestReaper.TestProcess;

/// <summary>What this process does. All options can be combined. Spawned processes inherit only those marked so.</summary>
internal sealed class Options
{
    /// <summary><c>--registry DIR</c>: hold a locked file DIR/ROLE-PID-STARTTIME until the process ends. Inherited.</summary>
    public string? Registry { get; private set; }

    /// <summary><c>--role NAME</c>: the name in the registry.</summary>
    public string Role { get; private set; } = "process";

    /// <summary><c>--lifetime SECONDS</c>: SIGALRM ends the process after this time in any case. Inherited.</summary>
    public uint LifetimeSeconds { get; private set; } = 120;

    /// <summary><c>--children N</c>: spawn N leaves, role "child".</summary>
    public int Children { get; private set; }

    /// <summary><c>--depth N</c>: spawn a chain of N processes below this one, role "level".</summary>
    public int Depth { get; private set; }

    /// <summary><c>--daemon</c>: spawn a leaf that calls setsid, through a process that exits at once; role "daemon".</summary>
    public bool Daemon { get; private set; }

    /// <summary><c>--orphan</c>: spawn a leaf that stays in the session, through a process that exits at once; role "orphan".</summary>
    public bool Orphan { get; private set; }

    /// <summary><c>--hold-stdout</c>: spawn a leaf that calls setsid, has no environment and keeps stdout open; role "holder".</summary>
    public bool HoldStdout { get; private set; }

    /// <summary><c>--relays N</c>: spawn N chains of 30 processes, of which each spawns the next and exits; the last ones have the role
    /// "runner".</summary>
    public int Relays { get; private set; }

    /// <summary>
    /// <c>--windows-child KIND</c>: spawn a leaf in a way that only Windows has; the kind is its role: "breakaway" asks to leave the job,
    /// "detached" has no console and a group of its own, "nested" is in a further job.
    /// </summary>
    public string? WindowsChild { get; private set; }

    /// <summary><c>--child-arg ARG</c>, repeatable: a further argument for each spawned process.</summary>
    public List<string> ChildArguments { get; } = [];

    /// <summary><c>--children-ignore-term</c>: spawned processes get <c>--ignore-term</c>.</summary>
    public bool ChildrenIgnoreTerm { get; private set; }

    /// <summary><c>--setsid</c>: lead a new session.</summary>
    public bool NewSession { get; private set; }

    /// <summary><c>--setpgid</c>: lead a new process group.</summary>
    public bool NewGroup { get; private set; }

    /// <summary><c>--ignore-term</c>: ignore SIGTERM and SIGINT. Otherwise they end the process with 0 and 130.</summary>
    public bool IgnoreTerm { get; private set; }

    /// <summary><c>--slow-exit MS</c>: wait this long before exiting on SIGTERM or SIGINT.</summary>
    public int SlowExit { get; private set; }

    /// <summary>
    /// <c>--term-children</c>: forward SIGTERM to its children, and wait for them before it exits.
    /// <c>--exit-on-term-leaving-children</c>, which is the default: exit at once; the children stay.
    /// </summary>
    public bool TermChildren { get; private set; }

    /// <summary><c>--exit-after MS</c>: exit by itself after this time, with <c>--exit-code N</c>.</summary>
    public int ExitAfter { get; private set; } = Timeout.Infinite;

    /// <summary><c>--exit-code N</c>: the exit code for <c>--exit-after</c>.</summary>
    public int ExitCode { get; private set; }

    /// <summary><c>--linger-thread</c>: the main thread exits and the others stay: a zombie that still holds its resources.</summary>
    public bool LeaderExits { get; private set; }

    /// <summary><c>--http PORT</c>: serve HTTP. /health is 200 "ok", any other path is 200 with the path. 0 = any port.</summary>
    public int? HttpPort { get; private set; }

    /// <summary><c>--ready-after MS</c>: /health is 503 until this long after its first request.</summary>
    public int ReadyAfter { get; private set; }

    /// <summary><c>--crash-after N</c>: exit with 3 after the response to request N; requests for /health do not count.</summary>
    public int? CrashAfter { get; private set; }

    /// <summary><c>--listen PORT</c>: accept TCP connections and close them. 0 = any port.</summary>
    public int? TcpPort { get; private set; }

    /// <summary><c>--unix PATH</c>: accept connections on a Unix socket and close them. A stale socket file is replaced.</summary>
    public string? UnixSocket { get; private set; }

    /// <summary><c>--bind ADDRESS</c>: the address for <c>--http</c> and <c>--listen</c>.</summary>
    public IPAddress Address { get; private set; } = IPAddress.Loopback;

    /// <summary><c>--no-reuseaddr</c>: do not set SO_REUSEADDR; some servers omit it.</summary>
    public bool NoReuseAddress { get; private set; }

    /// <summary><c>--reuseport</c>: set SO_REUSEPORT.</summary>
    public bool ReusePort { get; private set; }

    /// <summary><c>--print-port</c>: print "Listening on port N" once listening.</summary>
    public bool PrintPort { get; private set; }

    /// <summary>
    /// What to print once listening, in the order given: <c>--print TEXT</c>, <c>--error TEXT</c> (on stderr), <c>--flood N</c>
    /// ("line 000001" ...), <c>--long-line N</c> (N times x), <c>--print-secret-env NAME</c> (the variable's value).
    /// </summary>
    public List<(OutputKind Kind, string Value)> Output { get; } = [];

    /// <summary><c>--cat</c>: copy stdin to stdout until its end, and stay alive.</summary>
    public bool CopyInput { get; private set; }

    /// <summary><c>--dump FILE</c>: write a <see cref="StartSnapshot"/> as JSON.</summary>
    public string? DumpFile { get; private set; }

    /// <summary><c>--lock FILE</c>: hold an exclusive flock on it; fail if another process holds it.</summary>
    public string? LockFile { get; private set; }

    /// <summary><c>--diagnostics</c>: keep the runtime's diagnostics socket, which is removed otherwise.</summary>
    public bool KeepsDiagnostics { get; private set; }

    /// <summary><c>--cuda DEVICE:PINNED</c>: hold memory of the first GPU and pinned memory, in MiB, before it registers.</summary>
    public string? CudaMemory { get; private set; }

    public static Options Parse(IEnumerable<string> arguments)
    {
        var options = new Options();
        using var argument = arguments.GetEnumerator();
        while (argument.MoveNext())
        {
            options.Read(argument.Current, argument);
        }

        return options;
    }

    private void Read(string option, IEnumerator<string> rest)
    {
        string Text() => rest.MoveNext() ? rest.Current : throw new ArgumentException($"{option} needs a value.");
        int Number() => int.Parse(Text(), CultureInfo.InvariantCulture);

        switch (option)
        {
            case "--registry": Registry = Text(); break;
            case "--role": Role = Text(); break;
            case "--lifetime": LifetimeSeconds = (uint)Number(); break;

            case "--children": Children = Number(); break;
            case "--depth": Depth = Number(); break;
            case "--daemon": Daemon = true; break;
            case "--orphan": Orphan = true; break;
            case "--hold-stdout": HoldStdout = true; break;
            case "--relays": Relays = Number(); break;
            case "--windows-child": WindowsChild = Text(); break;
            case "--child-arg": ChildArguments.Add(Text()); break;
            case "--children-ignore-term": ChildrenIgnoreTerm = true; break;

            case "--setsid": NewSession = true; break;
            case "--setpgid": NewGroup = true; break;

            case "--ignore-term": IgnoreTerm = true; break;
            case "--slow-exit": SlowExit = Number(); break;
            case "--term-children": TermChildren = true; break;
            case "--exit-on-term-leaving-children": TermChildren = false; break;
            case "--exit-after": ExitAfter = Number(); break;
            case "--exit-code": ExitCode = Number(); break;
            case "--linger-thread": LeaderExits = true; break;

            case "--http": HttpPort = Number(); break;
            case "--ready-after": ReadyAfter = Number(); break;
            case "--crash-after": CrashAfter = Number(); break;
            case "--listen": TcpPort = Number(); break;
            case "--unix": UnixSocket = Text(); break;
            case "--bind": Address = IPAddress.Parse(Text()); break;
            case "--no-reuseaddr": NoReuseAddress = true; break;
            case "--reuseport": ReusePort = true; break;
            case "--print-port": PrintPort = true; break;

            case "--print": Output.Add((OutputKind.Line, Text())); break;
            case "--error": Output.Add((OutputKind.Error, Text())); break;
            case "--flood": Output.Add((OutputKind.Flood, Text())); break;
            case "--long-line": Output.Add((OutputKind.LongLine, Text())); break;
            case "--print-secret-env": Output.Add((OutputKind.Variable, Text())); break;
            case "--cat": CopyInput = true; break;

            case "--dump": DumpFile = Text(); break;
            case "--diagnostics": KeepsDiagnostics = true; break;
            case "--cuda": CudaMemory = Text(); break;
            case "--lock": LockFile = Text(); break;

            default: throw new ArgumentException($"Unknown option {option}.");
        }
    }
}
