using System.Text.RegularExpressions;
using TestReaper.Servers.Output;

namespace TestReaper.Servers.Probes;

internal sealed class OutputLineProbe(Regex pattern) : IReadinessProbe
{
    private const string PortGroup = "port";

    public string Description => $"an output line that matches /{pattern}/";

    public bool ReportsPort => pattern.GetGroupNames().Contains(PortGroup);

    /// <summary>Begins to search, before the server can write its first line.</summary>
    public void BeginSearch(ServerOutput output) => output.AddSearch(new LineSearch(this, pattern));

    public Task<ReadinessResult> ProbeAsync(ServerProcess server, CancellationToken cancellationToken)
    {
        if (server.Output.FindSearch(this) is not { Match: { IsCompletedSuccessfully: true, Result: var match } })
        {
            return Task.FromResult(new ReadinessResult(false, "no such line yet"));
        }

        if (match.Groups[PortGroup] is { Success: true, Value: var text })
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is <= 0 or > 65535)
            {
                return Task.FromResult(new ReadinessResult(false, $"'{text}' in \"{match.Value}\" is not a port"));
            }

            server.ReportPort(port);
        }

        return Task.FromResult(new ReadinessResult(true, match.Value));
    }
}
