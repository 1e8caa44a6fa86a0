using System.Globalization;
using SampleServer.Processes;

namespace SampleServer;

internal sealed record Options
{
    public const string Help = """
        SampleServer: the process tree of a GPU inference server, without a GPU.

          --port PORT           HTTP port on 127.0.0.1; without it the OS chooses one
          --workers N           worker processes (default 2)
          --data DIR            lock files and ready files; without it a new temporary directory

        Switches to misbehave:
          --ignore-sigterm      no process ends on SIGTERM
          --slow-exit SECONDS   every process takes this long to end after SIGTERM
          --crash-after N       the launcher dies with exit code 3 at completion request N
          --never-ready         /health always answers 503
          --die-at-start        an error on stderr, exit code 1
        """;

    public string Role { get; init; } = Roles.Launcher;
    public int Port { get; init; }
    public int Workers { get; init; } = 2;
    public string? Data { get; init; }
    public bool IgnoreSigterm { get; init; }
    public TimeSpan SlowExit { get; init; }
    public int? CrashAfter { get; init; }
    public bool NeverReady { get; init; }
    public bool DieAtStart { get; init; }

    public static Options Parse(IReadOnlyList<string> args)
    {
        var options = new Options();

        for (var i = 0; i < args.Count; i++)
        {
            var name = args[i];

            string Text() => ++i < args.Count ? args[i] : throw new OptionException($"{name} needs a value");

            int Number(int from, int to = int.MaxValue) =>
                int.TryParse(Text(), CultureInfo.InvariantCulture, out var number) && number >= from && number <= to
                    ? number
                    : throw new OptionException($"{name} needs a whole number from {from} to {to}, not '{args[i]}'");

            options = name switch
            {
                "--role" => options with { Role = Text() },
                "--port" => options with { Port = Number(from: 0, to: ushort.MaxValue) },
                "--workers" => options with { Workers = Number(from: 1, to: 64) },
                "--data" => options with { Data = Path.GetFullPath(Text()) },
                "--ignore-sigterm" => options with { IgnoreSigterm = true },
                "--slow-exit" => options with { SlowExit = TimeSpan.FromSeconds(Number(from: 0, to: 3600)) },
                "--crash-after" => options with { CrashAfter = Number(from: 1) },
                "--never-ready" => options with { NeverReady = true },
                "--die-at-start" => options with { DieAtStart = true },
                _ => throw new OptionException($"unknown switch '{name}'"),
            };
        }

        return options with { Data = options.Data ?? Directory.CreateTempSubdirectory("sample-server-").FullName };
    }

    /// <summary>The arguments that start this program again in another role.</summary>
    public IEnumerable<string> ArgumentsFor(string role)
    {
        string[] ignoreSigterm = IgnoreSigterm ? ["--ignore-sigterm"] : [];
        string[] slowExit = SlowExit > TimeSpan.Zero ? ["--slow-exit", $"{SlowExit.TotalSeconds:0}"] : [];

        return ["--role", role, "--data", Data!, .. slowExit, .. ignoreSigterm];
    }
}
