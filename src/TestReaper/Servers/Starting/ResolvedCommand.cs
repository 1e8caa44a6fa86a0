using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Secrets;
using TestReaper.Servers.Ports;

namespace TestReaper.Servers.Starting;

/// <summary>The options of one start with everything filled in: ports, scope, the program's path.</summary>
internal sealed class ResolvedCommand
{
    private ResolvedCommand(LaunchSpec plan, SecretMask mask, string commandLine, PrivateTemp? temp) =>
        (Plan, Mask, CommandLine, Temp) = (plan, mask, commandLine, temp);

    public LaunchSpec Plan { get; }

    public SecretMask Mask { get; }

    public string Scope => Plan.Scope;

    /// <summary>Made already; null if it was not asked for.</summary>
    public PrivateTemp? Temp { get; }

    /// <summary>Secrets masked.</summary>
    public string CommandLine { get; }

    /// <summary>Which GPUs it may use; null if its environment says nothing of it.</summary>
    public string? Gpu => VisibleGpu.Read(Plan.Environment, Mask);

    /// <exception cref="ServerStartException">The program or the working directory does not exist.</exception>
    public static ResolvedCommand Resolve(ServerProcessOptions options, IReadOnlyDictionary<string, int> ports, IProcessPlatform platform)
    {
        var scope = ScopeId.New();
        var temp = NameTemp(options, scope, platform);
        string[] arguments = [.. options.Arguments.Select(argument => Expand(argument, ports, temp))];
        var environment = EnvironmentOf(options, ports, temp, scope);
        var mask = SecretMask.For(arguments, environment);
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
            var plan = new LaunchSpec(executable, arguments, environment, workingDirectory, scope, options.RedirectStandardInput)
            {
                Name = options.FileName,
            };
            return new ResolvedCommand(plan, mask, commandLine, temp);
        }
        catch (LaunchException error)
        {
            throw CannotStart(commandLine, mask.Mask(error));
        }
    }

    public static ServerStartException CannotStart(string commandLine, Exception error) =>
        new(
            $"The server could not be started: {Reason(error)}{Environment.NewLine}Command: {commandLine}",
            commandLine,
            innerException: error);

    // The runtime's exception for a refused thread has no helpful message.
    private static string Reason(Exception error) => error is OutOfMemoryException
        ? "the system refused a thread or memory to this process. Its limit of processes may be reached (pids.max, ulimit -u)."
        : error.Message;

    private static PrivateTemp? NameTemp(ServerProcessOptions options, string scope, IProcessPlatform platform)
    {
        try
        {
            return PrivateTemp.For(options, scope, platform);
        }
        catch (IOException error)
        {
            throw CannotStart(options.FileName, error);
        }
    }

    private static string Expand(string text, IReadOnlyDictionary<string, int> ports, PrivateTemp? temp)
    {
        var expanded = PortTemplate.Expand(text, ports);
        return temp?.Expand(expanded) ?? expanded;
    }

    private static Dictionary<string, string> EnvironmentOf(
        ServerProcessOptions options, IReadOnlyDictionary<string, int> ports, PrivateTemp? temp, string scope)
    {
        // Before the options, so that a null there removes one of them.
        var environment = InheritedEnvironment.Read();
        BuildServers.TurnOff(environment);
        temp?.AddTo(environment, options.Environment);
        foreach (var (name, value) in options.Environment)
        {
            if (value is null)
            {
                environment.Remove(name);
            }
            else
            {
                environment[name] = Expand(value, ports, temp);
            }
        }

        environment[ScopeId.Variable] = ScopeId.Append(environment.GetValueOrDefault(ScopeId.Variable), scope);
        return environment;
    }
}
