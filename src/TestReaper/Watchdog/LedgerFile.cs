using System.Text.Json;
using TestReaper.Platform;
using TestReaper.Processes;

namespace TestReaper.Watchdog;

/// <summary>The ledger of some host as it was found. Nothing in it is trusted: it only says where to look.</summary>
/// <param name="Host">Who wrote it.</param>
/// <param name="Instance">Where its numbers mean anything.</param>
/// <param name="Servers">Those that were not reaped.</param>
internal sealed record LedgerFile(ProcessIdentity Host, HostInstance Instance, IReadOnlyList<LedgerServer> Servers)
{
    private const int MaxBytes = 16 * 1024 * 1024, MaxServers = 10_000;

    /// <summary>Null if it is not one: cut off in its first line, or written by something else.</summary>
    public static LedgerFile? Parse(ReadOnlySpan<byte> content)
    {
        if (content.Length > MaxBytes)
        {
            return null;
        }

        LedgerLine? host = null;
        var servers = new Dictionary<string, LedgerServer>();
        while (!content.IsEmpty)
        {
            var end = content.IndexOf((byte)'\n');
            var text = end < 0 ? content : content[..end];
            content = end < 0 ? [] : content[(end + 1)..];
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
            else if (ScopeId.IsScope(line.Scope) && servers.Count < MaxServers)
            {
                Apply(line, servers);
            }
        }

        return host is null ? null : new LedgerFile(new ProcessIdentity(host.Pid!.Value, host.StartTime!.Value), new HostInstance(host.Boot!, host.PidNamespace!), [.. servers.Values]);
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
        servers[scope] = known with
        {
            Container = line.Container ?? known.Container,
            CommandLine = line.Command ?? known.CommandLine,
            Gpu = line.Gpu ?? known.Gpu,
            Root = line is { Pid: > 1, StartTime: { } start } ? new ProcessIdentity(line.Pid.Value, start) : known.Root,
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
            // The host died while it wrote, or somebody else wrote.
            return null;
        }
    }
}

/// <summary>One server that a host had not reaped.</summary>
internal sealed record LedgerServer(string Scope, string? Container, string CommandLine, ProcessIdentity? Root, string? Gpu = null);
