using TestReaper.Gpu;
using TestReaper.Platform;
using TestReaper.Processes;

namespace TestReaper.Servers.Causes;

/// <summary>What is known of a failed server: what <see cref="CauseFinder"/> decides from.</summary>
/// <remarks>The functions ask the system, and only those that the kind of failure needs are called.</remarks>
internal sealed record CauseEvidence
{
    private static readonly TimeSpan GpuLimit = TimeSpan.FromSeconds(2);
    private static readonly string[] CacheVariables =
        ["TMPDIR", "HOME", "HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "OLLAMA_MODELS", "XDG_CACHE_HOME"];

    /// <summary>What the server wrote.</summary>
    public IReadOnlyList<OutputLine> Lines { get; init; } = [];

    /// <summary>How the root ended; null while it runs.</summary>
    public ExitStatus? Exit { get; init; }

    /// <summary>What ended the root, if a signal did.</summary>
    public FatalSignal Signal { get; init; }

    /// <summary>Where the kernel has killed processes for lack of memory since the launch, the server's own container first.</summary>
    public IReadOnlyList<MemoryKills> Kills { get; init; } = [];

    /// <summary>Where the server may write: temporary files, caches, its working directory.</summary>
    public IReadOnlyList<string> Directories { get; init; } = [];

    /// <summary>The free space of a directory's file system; null if it is not known.</summary>
    public Func<string, FileSystemSpace?> Space { get; init; } = static _ => null;

    /// <summary>The allocated and fixed ports of the server.</summary>
    public IReadOnlyList<int> Ports { get; init; } = [];

    /// <summary>Whether another process may keep it from its ports: not after it was ready, nor behind a proxy.</summary>
    public bool MayLackPort { get; init; } = true;

    /// <summary>Which process outside the tree holds a port, in words; null if none does.</summary>
    public Func<int, string?> PortHolder { get; init; } = static _ => null;

    /// <summary>Which GPUs are short of memory and which processes hold it, in words; null if it is not known.</summary>
    public Func<string?> GpuHolders { get; init; } = static () => null;

    /// <summary>The same, but it asks the system nothing more once the function returns false.</summary>
    public CauseEvidence Until(Func<bool> mayAsk) => this with
    {
        Space = directory => mayAsk() ? Space(directory) : null,
        PortHolder = port => mayAsk() ? PortHolder(port) : null,
        GpuHolders = () => mayAsk() ? GpuHolders() : null,
    };

    /// <summary>For a server that has been launched and whose container still exists.</summary>
    public static CauseEvidence Of(ServerLifetime run, IProcessPlatform platform)
    {
        var exit = run.Child.PeekExit();
        var environment = run.Command.Spec.Environment;
        return new CauseEvidence
        {
            Lines = run is { IsReady: true, ExitTimestamp: { } exited }
                ? OutputLines.ReadEnd(run.Output, run.Timeline.ReadyTimestamp, exited)
                : OutputLines.ReadStart(run.Output, platform),
            Exit = exit,
            Signal = platform.Facts?.SignalOf(exit) ?? FatalSignal.None,
            Kills = MemoryKills.Since(run.KillsBefore, platform.Facts?.MemoryKillsOf(run.Child.Containment.Container) ?? []),
            Directories =
            [
                .. CacheVariables.Select(name => environment.GetValueOrDefault(name, "")).Where(Path.IsPathFullyQualified),
                Path.GetTempPath(),
                run.Command.Spec.WorkingDirectory,
            ],
            Space = directory => platform.Facts?.SpaceAt(directory),
            Ports = [.. run.Ports.BindCandidates.Select(endpoint => endpoint.Port).Distinct()],
            MayLackPort = !run.IsReady && run.VerifiesListener,
            PortHolder = port => DescribePortHolder(port, run, platform),
            GpuHolders = () => DescribeGpuHolders(run, platform),
        };
    }

    private static string? DescribePortHolder(int port, ServerLifetime run, IProcessPlatform platform)
    {
        int[] members = [.. run.Tree.Members.Select(member => member.Identity.Pid)];
        foreach (var endpoint in PortProbe.Everywhere(port).Where(endpoint => PortProbe.TryBind(endpoint) is not null))
        {
            var holder = platform.Sockets.FindPortHolder(endpoint, listenersOnly: true);
            if ((holder.Kind is ListenerKind.Unrelated or ListenerKind.Unknown) && !(holder.Pid is { } pid && members.Contains(pid)))
            {
                return $"Port {port} is held by {ListenerText.Describe(holder, platform, run.Command.Mask)}.";
            }
        }

        return null;
    }

    private static string? DescribeGpuHolders(ServerLifetime run, IProcessPlatform platform)
    {
        var reading = run.Gpu.Monitor.Read(GpuLimit);
        var leased = run.GpuLease?.Uuids ?? [];
        var lines = reading.Devices
            .Where(device => leased.Count == 0 || leased.Contains(device.Uuid))
            .Where(device => reading.Holders.Any(holder => holder.DeviceUuid == device.Uuid))
            .Select(device => $"{GpuText.Name(device)} is {GpuText.Holders(device, reading, platform)}.");
        var text = string.Join(' ', lines);
        return text.Length > 0 ? text : null;
    }
}
