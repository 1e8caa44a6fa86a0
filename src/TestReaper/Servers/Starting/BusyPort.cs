using System.Text.RegularExpressions;
using TestReaper.Platform;

namespace TestReaper.Servers.Starting;

/// <summary>Detects and waits for ports in TIME_WAIT, which a server that does not set SO_REUSEADDR cannot bind.</summary>
internal static partial class BusyPort
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100), ReportInterval = TimeSpan.FromSeconds(5);

    /// <summary>The endpoints in use that no process holds; empty if the output does not complain about a port.</summary>
    public static IReadOnlyList<IPEndPoint> Find(IEnumerable<IPEndPoint> endpoints, string outputTail, IProcessPlatform platform) =>
        Complaint().IsMatch(outputTail) ? [.. endpoints.Where(endpoint => !IsFree(endpoint) && HasNoHolder(endpoint, platform))] : [];

    /// <summary>Waits until a server that does not set SO_REUSEADDR can bind the endpoints; false if the time is over first.</summary>
    public static async Task<bool> WaitAsync(
        IReadOnlyList<IPEndPoint> endpoints, TimeSpan timeout, ILogger logger, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var next = TimeSpan.Zero;
        for (var elapsed = TimeSpan.Zero; elapsed < timeout; elapsed = Stopwatch.GetElapsedTime(start))
        {
            if (endpoints.All(IsFree))
            {
                return true;
            }

            if (elapsed >= next)
            {
                next = elapsed + ReportInterval;
                logger.LogInformation(
                    "Waiting for port {Port}: {Elapsed:0} s of {Timeout:0} s. Closed connections of an earlier server are in TIME_WAIT, " +
                    "and this one does not set SO_REUSEADDR",
                    endpoints[0].Port, elapsed.TotalSeconds, timeout.TotalSeconds);
            }

            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }

        return false;
    }

    private static bool HasNoHolder(IPEndPoint endpoint, IProcessPlatform platform) =>
        platform.Sockets.FindPortHolder(endpoint, listenersOnly: false).Kind == ListenerKind.None;

    private static bool IsFree(IPEndPoint endpoint) => PortProbe.TryBind(endpoint, reuse: false) != SocketError.AddressAlreadyInUse;

    // EADDRINUSE is 98 on Linux; the texts are those of libc, libuv, Go, the JVM, nginx, Redis and others.
    [GeneratedRegex(
        @"in use|EADDRINUSE|errno[ :=]*98|\(98\b|\b98[:)]|" +
        @"(could|can|did|unable|fail)\w*('|no)?t?( not| to)? (bind|listen)|bind\w*\W{1,4}fail",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Complaint();
}
