using System.Globalization;

namespace TestReaper.TestHost;

/// <summary>The command line: <c>[options] -- PROGRAM [ARGUMENT...]</c>, or <c>[options] --kill-tree PID</c>.</summary>
internal sealed record Options
{
    public string[] Command { get; private init; } = [];

    /// <summary>Reap the tree of a process that somebody else started, instead of a server.</summary>
    public int? KillTree { get; private init; }

    public bool NoCGroup { get; private init; }

    public bool Subreaper { get; private init; }

    /// <summary>A directory for a second server, which is to live on: "zoo plain .".</summary>
    public string? Neighbour { get; private init; }

    /// <summary>The errno with which the kernel shall refuse pidfd_open.</summary>
    public int? Refuse { get; private init; }

    /// <summary>Reap when this directory has <see cref="Entries"/> entries.</summary>
    public string? Registry { get; private init; }

    public int Entries { get; private init; }

    /// <summary>Reap when a line comes on the standard input.</summary>
    public bool Stdin { get; private init; }

    /// <summary>The program's working directory.</summary>
    public string? Directory { get; private init; }

    /// <summary>Wait for a listener on {port}, which must be in the arguments.</summary>
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
                case "--subreaper":
                    options = options with { Subreaper = true };
                    break;
                case "--neighbour":
                    options = options with { Neighbour = Value() };
                    break;
                case "--refuse":
                    options = options with { Refuse = Errno(Value()) };
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
                    options = options with { Timeout = Seconds(Value()) };
                    break;
                case "--grace":
                    options = options with { Grace = Seconds(Value()) };
                    break;
                default:
                    throw new ArgumentException($"Unknown option {args[i]}.");
            }
        }

        return options;
    }

    private static TimeSpan Seconds(string text) => TimeSpan.FromSeconds(double.Parse(text, CultureInfo.InvariantCulture));

    private static int Errno(string assignment) => assignment switch
    {
        "pidfd_open=EPERM" => 1,
        "pidfd_open=EINVAL" => 22,
        "pidfd_open=EMFILE" => 24,
        "pidfd_open=ENOSYS" => 38,
        _ => throw new ArgumentException($"Cannot refuse {assignment}."),
    };
}
