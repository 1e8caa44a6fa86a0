using TestReaper.Reaping;
using TestReaper.Servers.Ports;
using TestReaper.Servers.Probes;

namespace TestReaper.Servers;

/// <summary>Refuses unusable options before anything is started.</summary>
internal static class ServerOptionsCheck
{
    public static void Run(ServerProcessOptions options)
    {
        if (options.AttachTo is { IsAbsoluteUri: false })
        {
            throw new ArgumentException(
                $"AttachTo must be an absolute URI such as http://127.0.0.1:8000/, not '{options.AttachTo}'.", nameof(options));
        }

        if (options.AttachTo is null)
        {
            CheckCommand(options);
        }

        if (options.Readiness is null || options.Reap is null)
        {
            throw new ArgumentException("Readiness and Reap cannot be null. Leave them out for the defaults.", nameof(options));
        }

        if (options.AttachTo is null && !KnowsItsAddress(options))
        {
            throw new ArgumentException(
                $"Readiness ({options.Readiness.Description}) needs an address to ask: write {{port}} into Arguments or Environment " +
                "(of several named ports none is asked), set Endpoint, or let the server report its port with " +
                "Readiness.All(Readiness.OutputLine(\"... (?<port>\\d+)\"), ...).",
                nameof(options));
        }

        Durations.RequireFinite(options.StartupTimeout, nameof(options.StartupTimeout), allowZero: false);
        options.Reap.Validate();
    }

    private static void CheckCommand(ServerProcessOptions options)
    {
        if (options.Arguments is null || options.Environment is null)
        {
            throw new ArgumentException("Arguments and Environment cannot be null. Leave them out for none.", nameof(options));
        }

        if (string.IsNullOrWhiteSpace(options.FileName))
        {
            throw new ArgumentException(
                "FileName is empty. Set it to the server's program, such as \"python3\" or an absolute path.", nameof(options));
        }

        RequireNoNul(options.FileName, "FileName");
        for (var i = 0; i < options.Arguments.Count; i++)
        {
            var argument = options.Arguments[i]
                ?? throw new ArgumentException($"Argument {i} is null. Pass an empty string, or leave it out.", nameof(options));
            RequireNoNul(argument, $"Argument {i}");
        }

        foreach (var (name, value) in options.Environment)
        {
            if (name.Length == 0 || name.Contains('='))
            {
                throw new ArgumentException(
                    $"'{name}' is not a name for an environment variable: it must not be empty or hold '='.", nameof(options));
            }

            RequireNoNul(name, "An environment variable's name");
            RequireNoNul(value ?? "", $"The environment variable {name}");
        }

        if (options.WorkingDirectory is not null)
        {
            RequireNoNul(options.WorkingDirectory, "WorkingDirectory");
        }
    }

    private static bool KnowsItsAddress(ServerProcessOptions options)
    {
        var probes = ProbeTree.Flatten(options.Readiness).ToList();
        return !probes.Exists(probe => probe is HttpProbe or TcpPortProbe)
            || options.Endpoint is { IsAbsoluteUri: true, Port: > 0 }
            || probes.OfType<OutputLineProbe>().Any(probe => probe.ReportsPort)
            || ServerPorts.OwnName(PortTemplate.Names(options)) is not null;
    }

    private static void RequireNoNul(string text, string what)
    {
        if (text.Contains('\0'))
        {
            throw new ArgumentException($"{what} holds a NUL character, at which the operating system would cut it off. Remove it.");
        }
    }
}
