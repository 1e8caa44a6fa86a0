using TestReaper.Gpu.Leases;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Secrets;
using TestReaper.Servers.Ports;
using TestReaper.Servers.Probes;
using TestReaper.Servers.Starting.Failures;

namespace TestReaper.Servers.Starting;

/// <summary>Turns the options of one start into the command to launch.</summary>
internal static class CommandResolver
{
    /// <exception cref="ServerStartException">The program or the working directory does not exist.</exception>
    /// <exception cref="IOException">The directory for temporary files has no place.</exception>
    public static ResolvedCommand Resolve(
        ServerProcessOptions options, IReadOnlyDictionary<string, int> ports, IProcessPlatform platform, GpuLease? gpuLease = null)
    {
        var scope = ScopeId.New();
        var temp = PrivateTemp.For(options, scope, platform);
        string[] arguments = [.. options.Arguments.Select(argument => Expand(argument, ports, temp))];
        var environment = CreateEnvironment(options, ports, temp, scope, gpuLease);
        var mask = SecretMask.For(arguments, [.. environment, .. ProbeTree.Secrets(options.Readiness)]);
        var commandLine = mask.MaskArguments([options.FileName, .. arguments]);
        var workingDirectory = options.WorkingDirectory ?? Directory.GetCurrentDirectory();
        try
        {
            if (!Directory.Exists(workingDirectory))
            {
                throw new LaunchException(
                    platform.Launcher.ExplainNoAccess(workingDirectory)
                        ?? $"the working directory '{workingDirectory}' does not exist. Create it, or correct WorkingDirectory.");
            }

            var executable = new ExecutableFinder(platform).Find(options.FileName);
            temp?.Create();
            var spec = new LaunchSpec(executable, arguments, environment, workingDirectory, scope, options.RedirectStandardInput)
            {
                Name = options.FileName,
            };
            return new ResolvedCommand(spec, mask, commandLine, temp);
        }
        catch (LaunchException error)
        {
            throw StartFailure.CannotStart(commandLine, mask.Mask(error));
        }
    }

    /// <summary>What the server would inherit, with the variables of its options, whose placeholders stay.</summary>
    public static Dictionary<string, string> PreviewEnvironment(ServerProcessOptions options)
    {
        var environment = InheritedEnvironment.Read();
        Apply(options.Environment, environment, static value => value);
        return environment;
    }

    private static string Expand(string text, IReadOnlyDictionary<string, int> ports, PrivateTemp? temp) =>
        PrivateTemp.Expand(PortTemplate.Expand(text, ports), temp?.Path);

    private static Dictionary<string, string> CreateEnvironment(
        ServerProcessOptions options, IReadOnlyDictionary<string, int> ports, PrivateTemp? temp, string scope, GpuLease? gpuLease)
    {
        // Before the options, so that a null there removes one of them.
        var environment = InheritedEnvironment.Read();
        BuildServers.TurnOff(environment!);
        temp?.AddTo(environment, options.Environment);
        Apply(options.Environment, environment, value => Expand(value, ports, temp));
        Apply(gpuLease?.Variables ?? new Dictionary<string, string?>(), environment, static value => value);
        environment[ScopeId.Variable] = ScopeId.Append(environment.GetValueOrDefault(ScopeId.Variable), scope);
        return environment;
    }

    private static void Apply(
        IReadOnlyDictionary<string, string?> variables, Dictionary<string, string> environment, Func<string, string> expand)
    {
        foreach (var (name, value) in variables)
        {
            if (value is null)
            {
                environment.Remove(name);
            }
            else
            {
                environment[name] = expand(value);
            }
        }
    }
}
