using System.Text.Json;
using TestReaper.Platform;

namespace TestReaper.CrashProtection;

/// <summary>The ledger of some host as it was found. Nothing in it is trusted: it only says where to look.</summary>
/// <param name="Host">Who wrote it.</param>
/// <param name="Instance">Where its numbers mean anything.</param>
/// <param name="Servers">Those that were not reaped.</param>
internal sealed record LedgerFile(ProcessIdentity Host, HostInstance Instance, IReadOnlyList<LedgerServer> Servers)
{
    /// <summary>Null if it is not one: cut off in its first line, or written by something else.</summary>
    public static LedgerFile? Parse(ReadOnlySpan<byte> content) => Read(new MemoryStream(content.ToArray()));

    /// <inheritdoc cref="Parse"/>
    /// <exception cref="IOException">It could not be read to its end: then nothing is known of it.</exception>
    public static LedgerFile? Read(Stream content)
    {
        LedgerLine? host = null;
        var servers = new Dictionary<string, LedgerServer>();
        var reader = new LedgerReader(content);
        while (reader.TryRead(out var text))
        {
            if (ParseLine(text) is not { } line)
            {
                continue;
            }

            if (host is null)
            {
                host = line;
                if (line is not { Scope: null, Pid: > 1, StartTime: > 0, Boot.Length: > 0, PidNamespace.Length: > 0 })
                {
                    return null;
                }
            }

            // Anything else could be found in the environment of strangers.
            else if (ScopeId.IsScope(line.Scope))
            {
                Apply(line, servers);
            }
        }

        return host is null
            ? null
            : new LedgerFile(
                new ProcessIdentity(host.Pid!.Value, host.StartTime!.Value),
                new HostInstance(host.Boot!, host.PidNamespace!),
                [.. servers.Values]);
    }

    private static void Apply(LedgerLine line, Dictionary<string, LedgerServer> servers)
    {
        var scope = line.Scope!;
        if (line.IsGone == true)
        {
            servers.Remove(scope);
            return;
        }

        var known = servers.GetValueOrDefault(scope) ?? new LedgerServer(scope, null, "", null);
        ProcessIdentity? process = line is { Pid: > 1, StartTime: { } start } ? new ProcessIdentity(line.Pid.Value, start) : null;
        if (line.IsRecorded == true && process is { } recorded)
        {
            known.Recorded.Add(recorded);
        }

        if (line.ToMemory() is { } memory)
        {
            known.Memory.Add(memory);
        }

        servers[scope] = known with
        {
            Container = line.Container ?? known.Container,
            CommandLine = line.Command ?? known.CommandLine,
            Gpu = line.Gpu ?? known.Gpu,
            Root = line.IsRecorded == true ? known.Root : process ?? known.Root,
        };
    }

    private static LedgerLine? ParseLine(ReadOnlySpan<byte> line)
    {
        try
        {
            return line.IsEmpty ? null : JsonSerializer.Deserialize(line, LedgerJson.Default.LedgerLine);
        }
        catch (JsonException)
        {
            // The host died while it wrote, or another program wrote.
            return null;
        }
    }
}

/// <summary>One server that a host had not reaped.</summary>
internal sealed record LedgerServer(string Scope, string? Container, string CommandLine, ProcessIdentity? Root, string? Gpu = null)
{
    /// <summary>Processes that were recorded: they and all below them are of it, also without the scope.</summary>
    public HashSet<ProcessIdentity> Recorded { get; } = [];

    /// <summary>What it has made in shared memory.</summary>
    public List<SharedMemoryObject> Memory { get; } = [];

    public bool Equals(LedgerServer? other) =>
        other is not null
        && (Scope, Container, CommandLine, Root, Gpu) == (other.Scope, other.Container, other.CommandLine, other.Root, other.Gpu)
        && Recorded.SetEquals(other.Recorded)
        && Memory.SequenceEqual(other.Memory);

    public override int GetHashCode() => Scope.GetHashCode(StringComparison.Ordinal);
}
