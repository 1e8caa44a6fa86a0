using System.Text.Json.Serialization;
using TestReaper.Platform;
using TestReaper.Processes;

namespace TestReaper.Watchdog;

/// <summary>One line of a ledger: the host, or something about one server.</summary>
internal sealed record LedgerLine
{
    /// <summary>The scope of the server; null in the first line, which is about the host.</summary>
    public string? Scope { get; init; }

    /// <summary>The host's or the root's.</summary>
    public int? Pid { get; init; }

    /// <summary>In clock ticks since boot: with the pid, who it is.</summary>
    public ulong? StartTime { get; init; }

    /// <summary>Of the host: which boot of the machine.</summary>
    public string? Boot { get; init; }

    /// <summary>Of the host: in which PID namespace its numbers mean anything.</summary>
    public string? PidNamespace { get; init; }

    /// <summary>The cgroup of the server.</summary>
    public string? Container { get; init; }

    /// <summary>The server's command line, secrets masked.</summary>
    public string? Command { get; init; }

    /// <summary>The GPUs that the server may use, as its environment says.</summary>
    public string? Gpu { get; init; }

    /// <summary>The server is reaped.</summary>
    public bool? IsGone { get; init; }

    public static LedgerLine OfHost(ProcessIdentity host, HostInstance instance) => new()
    {
        Pid = host.Pid,
        StartTime = host.StartTime,
        Boot = instance.Boot,
        PidNamespace = instance.PidNamespace,
    };
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LedgerLine))]
internal sealed partial class LedgerJson : JsonSerializerContext;
