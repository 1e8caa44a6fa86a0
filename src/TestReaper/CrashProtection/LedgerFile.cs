using System.Text.Json;
using TestReaper.Platform;

namespace TestReaper.CrashProtection;

/// <summary>The content of a ledger. It is a hint, never a proof: see <see cref="Ledger"/>.</summary>
/// <param name="Host">The process that wrote it.</param>
/// <param name="Instance">The boot and the PID namespace in which its pids and start times are valid.</param>
/// <param name="Servers">The servers that were not reaped.</param>
internal sealed record LedgerFile(ProcessIdentity Host, HostInstance Instance, IReadOnlyList<LedgerServer> Servers)
{
    /// <summary>Null if the first line is incomplete or does not identify a host.</summary>
    /// <exception cref="IOException">The file could not be read to its end.</exception>
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

            // A string that is not a scope id may be part of the environment of unrelated processes.
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

        var known = servers.GetValueOrDefault(scope) ?? new LedgerServer(scope, Container: null, CommandLine: "");

        // The pid of a launched root does not count as evidence: the sweep finds the root by its scope or cgroup.
        if (line is { IsRecorded: true, Pid: > 1 and var pid, StartTime: { } start })
        {
            known.Recorded.Add(new ProcessIdentity(pid, start));
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
            // The host died during the write, or another program wrote the line.
            return null;
        }
    }
}

/// <summary>One server that a host had not reaped.</summary>
internal sealed record LedgerServer(string Scope, string? Container, string CommandLine, string? Gpu = null)
{
    /// <summary>Recorded processes. They belong to the server with their descendants, with or without the scope id.</summary>
    public HashSet<ProcessIdentity> Recorded { get; } = [];

    /// <summary>The objects that it created in shared memory.</summary>
    public List<SharedMemoryObject> Memory { get; } = [];
}
