using TestReaper.Gpu.Leases;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Secrets;
using TestReaper.Servers.Files;
using TestReaper.Servers.Probes;
using TestReaper.Servers.Starting.Failures;

namespace TestReaper.Servers.Starting;

/// <summary>Turns the options of one start into the command to launch.</summary>
internal static class CommandResolver
{
    /// <exception cref="ServerStartException">The program or the working directory does not exist.</exception>
    /// <exception cref="IOException">The directories of the server have no place.</exception>
    public static ResolvedCommand Resolve(
        ServerProcessOptions options, IReadOnlyDictionary<string, int> ports, IProcessPlatform platform, GpuLease? gpuLease = null)
    {
        var scope = ScopeId.New();
        var (temp, files) = (PrivateTemp.For(options, scope, platform), ServerFiles.For(options, scope, platform));
        var placeholders = new Placeholders(ports, temp?.Path, files?.Directory.Path, Placeholders.CountGpus(options));
        string[] arguments = [.. options.Arguments.Select(placeholders.Expand)];
        var environment = CreateEnvironment(options, placeholders, temp, scope, gpuLease);
        var contents = files?.Fill(placeholders);
        var mask = SecretMask.For(
            arguments,
            [.. environment, .. ProbeTree.Secrets(options.Readiness)],
            contents?.Values.SelectMany(content => FileSecrets.Find(content, files!.Directory.Path)));
        var commandLine = mask.MaskArguments([options.FileName, .. arguments]);
        try
        {
            if (ProbeTree.Flatten(options.Readiness).OfType<UnixSocketProbe>()
                .Select(probe => probe.FindProblem(placeholders)).FirstOrDefault(problem => problem is not null) is { } problem)
            {
                throw new LaunchException(problem);
            }

            // Before the working directory is checked, which may be in one of them.
            temp?.Create();
            files?.Create(contents!);
            var workingDirectory = placeholders.ExpandDirectories(options.WorkingDirectory ?? Directory.GetCurrentDirectory());
            if (!Directory.Exists(workingDirectory))
            {
                throw new LaunchException(
                    platform.Launcher.ExplainNoAccess(workingDirectory)
                        ?? $"the working directory '{workingDirectory}' does not exist. Create it, or correct WorkingDirectory.");
            }

            var executable = new ExecutableFinder(platform).Find(options.FileName);
            var spec = new LaunchSpec(executable, arguments, environment, workingDirectory, scope, options.RedirectStandardInput)
            {
                Name = options.FileName,
            };
            return new ResolvedCommand(spec, mask, commandLine, temp, files?.Directory);
        }
        catch (Exception error)
        {
            OwnDirectory.FinishAll([temp, files?.Directory], isClean: true, options.Reap.ReleaseTimeout);
            if (error is LaunchException)
            {
                throw StartFailure.CannotStart(commandLine, mask.Mask(error));
            }

            throw;
        }
    }

    /// <summary>What the server would inherit, with the variables of its options, whose placeholders stay.</summary>
    public static Dictionary<string, string> PreviewEnvironment(ServerProcessOptions options)
    {
        var environment = ReadInherited();
        EnvironmentWildcards.Apply(options.Environment, environment);
        Apply(options.Environment, environment, static value => value);
        return environment;
    }

    private static Dictionary<string, string> CreateEnvironment(
        ServerProcessOptions options, Placeholders placeholders, OwnDirectory? temp, string scope, GpuLease? gpuLease)
    {
        // Before the options, so that a null there removes one of them.
        var environment = ReadInherited();
        BuildServers.TurnOff(environment!);
        EnvironmentWildcards.Apply(options.Environment, environment);
        if (temp is not null)
        {
            PrivateTemp.AddTo(environment, temp, options.Environment);
        }

        Apply(options.Environment, environment, placeholders.Expand);
        Apply(gpuLease?.Variables ?? new Dictionary<string, string?>(), environment, static value => value);
        environment[ScopeId.Variable] = ScopeId.Append(environment.GetValueOrDefault(ScopeId.Variable), scope);
        return environment;
    }

    private static Dictionary<string, string> ReadInherited() => new(InheritedEnvironment.Read(), EnvironmentNames.Comparer);

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
