using System.Text.RegularExpressions;
using TestReaper.Servers.Exits;

namespace TestReaper.Extensibility;

/// <summary>
/// Explains the failures of tests that a dead server has caused. A test with a client of its own gets "Connection refused" and does not see
/// <see cref="ServerExitedException"/>; the adapter adds the explanation to the failure before it passes it on.
/// </summary>
public static partial class ServerDeaths
{
    // The kernel closes the sockets of a process before it reports its end.
    private static readonly TimeSpan ExitDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Finds the death that explains a failure. Only failures by exceptions of connections and cancellations are explained. If such a
    /// failure concerns servers that all run, this waits once, up to 250 ms, for the end of one.
    /// </summary>
    /// <param name="owner">
    /// The class of the test; null if it is unknown. A failure without an address is explained by a server of the class or of an owner
    /// around it, or by one of another owner that a test of the class has got from its fixture.
    /// </param>
    /// <param name="failure">The names of the types and the messages of the exceptions, in any form.</param>
    /// <returns>One line; null if no server of this test has died, or if the failure names the death already.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="failure"/> is null.</exception>
    public static string? Explain(ProcessOwner? owner, string failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        if (!ConnectionFailure().IsMatch(failure) || failure.Contains(nameof(ServerExitedException), StringComparison.Ordinal))
        {
            return null;
        }

        var used = ReadyServers.FindUsed(failure, owner?.Tree);
        if (used.Count > 0 && used.All(run => run.Exits.Death is null))
        {
            Task.WaitAny([.. used.Select(run => run.Exits.Exited)], ExitDelay);
        }

        return used.Select(run => run.Exits.Death is { } death ? $"[TestReaper] {run.Exits.Text.Line(death)}" : null)
            .FirstOrDefault(line => line is not null);
    }

    [GeneratedRegex(
        "HttpRequestException|HttpIOException|SocketException|WebException|WebSocketException|IOException|RpcException|" +
        "OperationCanceledException|TaskCanceledException")]
    private static partial Regex ConnectionFailure();
}
