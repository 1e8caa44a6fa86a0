using System.Text.RegularExpressions;
using TestReaper.Servers.Probes;

namespace TestReaper;

/// <summary>The usual readiness probes.</summary>
public static class Readiness
{
    // A slow match would block the reading of the output.
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Ready as soon as the process is up: for servers that need no waiting, and the default.</summary>
    public static IReadinessProbe ProcessUp { get; } = new CustomProbe("the process is up", (_, _) => Task.FromResult(true));

    /// <summary>
    /// Ready when <c>GET path</c> below <see cref="ServerProcess.BaseAddress"/> answers with a 2xx status. A request has no timeout but
    /// <see cref="ServerProcessOptions.StartupTimeout"/>; while it has no answer, another one is sent after 2 s, then after 4 and every
    /// 5 s, and the first success counts. No proxy is used, and no redirect is followed.
    /// </summary>
    /// <param name="path">Such as <c>/health</c>.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    public static IReadinessProbe Http(string path) => Http(path, acceptAnyCertificate: false);

    /// <inheritdoc cref="Http(string)"/>
    /// <param name="path">Such as <c>/health</c>.</param>
    /// <param name="acceptAnyCertificate">
    /// Whether any certificate of an https endpoint is accepted: self-signed, expired or of another host. This concerns the probe only;
    /// the client of the test needs its own setting.
    /// </param>
    public static IReadinessProbe Http(string path, bool acceptAnyCertificate)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new HttpProbe(path, acceptAnyCertificate);
    }

    /// <summary>Ready when a connection to the server's <see cref="ServerProcess.Port"/> is accepted.</summary>
    public static IReadinessProbe TcpPort() => new TcpPortProbe();

    /// <summary>Ready when a connection to a unix socket is accepted.</summary>
    /// <param name="path">
    /// The socket's path; at most 107 bytes on Linux. <c>{tmp}</c> stands for <see cref="ServerProcess.TempDirectory"/>.
    /// </param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty or too long.</exception>
    public static IReadinessProbe UnixSocket(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _ = new UnixDomainSocketEndPoint(path);
        return new UnixSocketProbe(path);
    }

    /// <summary>
    /// Ready when the server writes a line that matches. The pattern sees the line as it was written, before it is masked; a group named
    /// <c>port</c> sets <see cref="ServerProcess.Port"/>. An unfinished line counts once nothing is added to it for a while.
    /// </summary>
    /// <param name="pattern">A regular expression, such as <c>listening on port (?&lt;port&gt;\d+)</c>.</param>
    /// <exception cref="ArgumentException"><paramref name="pattern"/> is empty or not a regular expression.</exception>
    public static IReadinessProbe OutputLine(string pattern)
    {
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        return OutputLine(new Regex(pattern, RegexOptions.CultureInvariant, MatchTimeout));
    }

    /// <inheritdoc cref="OutputLine(string)"/>
    /// <remarks>A pattern without a match timeout gets one of 1 s: a line on which it takes longer counts as no match.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="pattern"/> is null.</exception>
    public static IReadinessProbe OutputLine(Regex pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        return new OutputLineProbe(pattern.MatchTimeout == Regex.InfiniteMatchTimeout
            ? new Regex(pattern.ToString(), pattern.Options, MatchTimeout)
            : pattern);
    }

    /// <summary>Ready when all probes are. They are asked in order, and one that was ready is not asked again.</summary>
    /// <param name="probes">One or more.</param>
    /// <exception cref="ArgumentException"><paramref name="probes"/> is empty or holds null.</exception>
    public static IReadinessProbe All(params IReadinessProbe[] probes)
    {
        ArgumentNullException.ThrowIfNull(probes);
        if (probes.Length == 0 || probes.Contains(null))
        {
            throw new ArgumentException("All needs one probe or more, and none of them null.", nameof(probes));
        }

        return new AllProbe([.. probes]);
    }

    /// <summary>Ready when <paramref name="isReady"/> returns true.</summary>
    /// <param name="description">What is asked, for messages.</param>
    /// <param name="isReady">Asked repeatedly. An exception counts as not ready, and its message is shown.</param>
    /// <exception cref="ArgumentException"><paramref name="description"/> is empty.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="isReady"/> is null.</exception>
    public static IReadinessProbe Custom(string description, Func<ServerProcess, CancellationToken, Task<bool>> isReady)
    {
        ArgumentException.ThrowIfNullOrEmpty(description);
        ArgumentNullException.ThrowIfNull(isReady);
        return new CustomProbe(description, isReady);
    }
}
