using TestReaper.Platform;
using TestReaper.Reaping;
using TestReaper.Servers.Files;
using TestReaper.Servers.Ports;
using TestReaper.Servers.Probes;
using TestReaper.Servers.Starting;

namespace TestReaper.Servers;

/// <summary>Refuses unusable options before anything is started.</summary>
internal static class ServerOptionsCheck
{
    /// <exception cref="ArgumentException">A value is unusable; the message says which and why.</exception>
    public static void Run(ServerProcessOptions options)
    {
        if (FindProblem(options) is { } problem)
        {
            throw new ArgumentException(problem, nameof(options));
        }

        Durations.RequireFinite(options.StartupTimeout, nameof(options.StartupTimeout), allowZero: false);
        options.Reap.Validate();
        options.Gpu?.Validate();
        if (!Enum.IsDefined(options.GpuDeviceFormat))
        {
            throw new ArgumentException("GpuDeviceFormat must be a value of its enumeration.", nameof(options));
        }
    }

    private static string? FindProblem(ServerProcessOptions options) => options switch
    {
        { AttachTo: { IsAbsoluteUri: false } address } =>
            $"AttachTo must be an absolute URI such as http://127.0.0.1:8000/, not '{address}'.",
        { AttachTo: null } when FindProblemOfCommand(options) is { } problem => problem,
        { Readiness: null } or { Reap: null } => "Readiness and Reap cannot be null. Leave them out for the defaults.",
        { AttachTo: null } when !KnowsItsAddress(options) =>
            $"Readiness ({ProbeDescription.Of(options.Readiness)}) needs an address to ask: write {{port}} into Arguments or Environment " +
            "(of several named ports none is asked), set Endpoint, or let the server report its port with " +
            "Readiness.All(Readiness.OutputLine(\"... (?<port>\\d+)\"), ...).",
        _ => null,
    };

    private static string? FindProblemOfCommand(ServerProcessOptions options)
    {
        if (options is { Arguments: null } or { Environment: null } or { Files: null } or { PortBlocks: null })
        {
            return "Arguments, Environment, Files and PortBlocks cannot be null. Leave them out for none.";
        }

        if (string.IsNullOrWhiteSpace(options.FileName))
        {
            return "FileName is empty. Set it to the server's program, such as \"python3\" or an absolute path.";
        }

        if (options.Environment.Keys.FirstOrDefault(static name => name.Length == 0 || name.Contains('=')) is { } misnamed)
        {
            return $"'{misnamed}' is not a name for an environment variable: it must not be empty or hold '='.";
        }

        if (EnvironmentWildcards.FindProblem(options.Environment) is { } wildcard)
        {
            return wildcard;
        }

        (string What, string? Text)[] texts =
        [
            ("FileName", options.FileName),
            .. options.Arguments.Select((argument, i) => ($"Argument {i}", argument)),
            .. options.Environment.Keys.Select(name => ("An environment variable's name", name)),
            .. options.Environment.Select(variable => ($"The environment variable {variable.Key}", variable.Value ?? "")),
            ("WorkingDirectory", options.WorkingDirectory ?? ""),
        ];
        return texts.Select(text => FindProblemOfText(text.What, text.Text)).FirstOrDefault(static problem => problem is not null)
            ?? FileNames.FindProblem(options.Files)
            ?? PortRequest.FindProblem(options);
    }

    private static string? FindProblemOfText(string what, string? text) =>
        text is null ? $"{what} is null. Pass an empty string, or leave it out."
        : text.Contains('\0') ? $"{what} holds a NUL character, at which the operating system would cut it off. Remove it."
        : null;

    private static bool KnowsItsAddress(ServerProcessOptions options)
    {
        var probes = ProbeTree.Flatten(options.Readiness).ToList();
        return !probes.Exists(probe => probe is HttpProbe or TcpPortProbe)
            || options.Endpoint is { IsAbsoluteUri: true, Port: > 0 }
            || probes.OfType<OutputLineProbe>().Any(probe => probe.ReportsPort)
            || ServerPorts.OwnName(PortTemplate.Names(options)) is not null;
    }
}
