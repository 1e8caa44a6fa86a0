using TestReaper.Gpu.Quarantine;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Servers.Ports;
using TestReaper.Servers.Probes;

namespace TestReaper.Servers.Starting.Failures;

/// <summary>Likely causes of a failed start, as sentences that are added to its message.</summary>
internal static class StartHints
{
    private const int MaxListed = 5, ShebangLength = 128;

    /// <summary>Where the server listens, if that is not where a probe asked; null otherwise.</summary>
    public static async Task<string?> ListeningElsewhereAsync(ServerProcess server, ServerLifetime run, IProcessPlatform platform)
    {
        run.Tree.Observe();
        var listeners = platform.Sockets.FindListenersOf(run.LivingPids);
        foreach (var probe in ProbeTree.Flatten(server.Options.Readiness).OfType<INetworkProbe>())
        {
            if (FindAddress(probe, server) is { } asked && Describe(listeners) is { } elsewhere
                && !await ReachesAsync(asked, listeners, Dns.GetHostAddressesAsync).ConfigureAwait(false))
            {
                return $"It listens on {elsewhere}, but {Text(asked)} was asked. {Advice(asked, listeners)}";
            }
        }

        return null;
    }

    /// <summary>The usual reason for missing output of a Python program; null for other programs, and where buffering is off.</summary>
    public static string? BufferedOutput(ServerLifetime run, IProcessPlatform platform)
    {
        var spec = run.Command.Spec;
        return IsPython(run, platform) && spec.Environment.GetValueOrDefault("PYTHONUNBUFFERED", "").Length == 0
            && !spec.Arguments.Contains("-u")
            ? "Python keeps what it prints to a pipe in a buffer: set PYTHONUNBUFFERED=1 in Environment, or pass -u, to see it."
            : null;
    }

    /// <summary>The GPUs in quarantine, which a server without a requirement may have used; null if there are none.</summary>
    public static string? QuarantinedGpus(ServerProcessOptions options) =>
        options.Gpu is null && GpuQuarantine.List() is { Count: > 0 } entries
            ? string.Join(' ', entries.Select(entry =>
                $"The GPU memory of {string.Join(", ", entry.Devices.Select(device => device.Device))} did not come back after " +
                $"{entry.Culprit}: if the server used it, that is a likely cause."))
            : null;

    private static EndPoint? FindAddress(INetworkProbe probe, ServerProcess server)
    {
        try
        {
            return probe.EndPoint(server);
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException)
        {
            // No port is known yet, or the address is not a valid one.
            return null;
        }
    }

    /// <summary>Whether a client that asks there reaches a listener. The resolver looks names up as the client's does.</summary>
    public static async Task<bool> ReachesAsync(
        EndPoint asked, TreeListeners listeners, Func<string, CancellationToken, Task<IPAddress[]>> resolver)
    {
        if (asked is UnixDomainSocketEndPoint unix)
        {
            // Bound by a relative path, it may be the same file.
            return listeners.UnixPaths.Any(path => Path.GetFileName(path) == Path.GetFileName(unix.ToString()));
        }

        var (host, port) = asked is DnsEndPoint dns ? (dns.Host, dns.Port) : asked is IPEndPoint ip ? ($"{ip.Address}", ip.Port) : ("", 0);
        var addresses = await LocalName.LookUpAsync(host, resolver, CancellationToken.None).ConfigureAwait(false);
        return addresses.Any(address => listeners.Tcp.Any(listener => listener.EndPoint.Port == port && listener.Accepts(address)));
    }

    private static string? Describe(TreeListeners listeners)
    {
        // Every .NET program has one of these.
        var unix = listeners.UnixPaths.Where(path => !Path.GetFileName(path).StartsWith("dotnet-diagnostic-", StringComparison.Ordinal));
        string[] all = [.. listeners.Tcp.Select(listener => $"{listener.EndPoint}").Order(StringComparer.Ordinal), .. unix];
        return all.Length == 0 ? null
            : string.Join(", ", all.Take(MaxListed)) + (all.Length > MaxListed ? $" and {all.Length - MaxListed} more" : "");
    }

    private static string Advice(EndPoint asked, TreeListeners listeners)
    {
        var port = (asked as DnsEndPoint)?.Port ?? 0;
        var samePort = listeners.Tcp.Select(listener => listener.EndPoint).FirstOrDefault(endpoint => endpoint.Port == port);
        return samePort is not null
            ? $"Set Endpoint to an address of it, such as http://{new IPEndPoint(samePort.Address, 0)}/ " +
              "with port 0 for the allocated one, or let it listen where it is asked."
            : asked is DnsEndPoint
                ? "Pass it {port}, let it report its port with Readiness.OutputLine and a group named port, or set Endpoint."
            : "Correct the path, or ask by Readiness.TcpPort or Readiness.Http.";
    }

    private static string Text(EndPoint asked) =>
        asked is DnsEndPoint dns ? $"{(dns.Host.Contains(':') ? $"[{dns.Host}]" : dns.Host)}:{dns.Port}" : $"{asked}";

    private static bool IsPython(ServerLifetime run, IProcessPlatform platform) =>
        PythonProgram.IsInterpreter(run.Command.Spec.Executable)
        || Shebang(run.Command.Spec.Executable).Contains("python", StringComparison.Ordinal)
        || run.LivingPids.Any(pid => PythonProgram.IsInterpreter(platform.Processes.CommandLine(pid).Split(' ')[0]));

    private static string Shebang(string executable)
    {
        try
        {
            using var file = File.OpenRead(executable);
            var buffer = new byte[ShebangLength];
            var text = System.Text.Encoding.UTF8.GetString(buffer, 0, file.ReadAtLeast(buffer, ShebangLength, throwOnEndOfStream: false));
            return text.StartsWith("#!", StringComparison.Ordinal) ? text.Split('\n')[0] : "";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
