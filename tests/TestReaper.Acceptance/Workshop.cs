using CliWrap;
using CliWrap.Buffered;
using Xunit;

namespace TestReaper.Acceptance;

/// <summary>A directory outside of the repository with a local feed of the packages, and suites that are built against them.</summary>
public sealed class Workshop : IAsyncLifetime, IDisposable
{
    private static readonly string Configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
    private readonly Dictionary<SuiteKind, Lazy<Task<string>>> _suites = [];
    private readonly SemaphoreSlim _oneBuild = new(1);

    public Workshop()
    {
        foreach (var kind in SuiteKind.Each)
        {
            _suites[kind] = new Lazy<Task<string>>(() => BuildAsync(kind));
        }
    }

    /// <summary>Removed at the end.</summary>
    public string Root { get; } = Directory.CreateTempSubdirectory("testreaper-acceptance-").FullName;

    private string Feed => Path.Combine(Root, "feed");

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Feed);
        foreach (var project in Directory.GetFiles(Path.Combine(RepositoryRoot(), "src"), "*.csproj", SearchOption.AllDirectories))
        {
            await DotnetAsync(Root, "pack", project, "--no-build", "-c", Configuration, "-o", Feed, "-v", "quiet");
        }

        // Its own cache: these packages have the version of the last release. What others made is taken from the user's.
        var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        await File.WriteAllTextAsync(Path.Combine(Root, "NuGet.config"), $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{Path.Combine(Root, "packages")}" /></config>
              <fallbackPackageFolders><add key="user" value="{cache}" /></fallbackPackageFolders>
              <packageSources><add key="feed" value="{Feed}" /></packageSources>
            </configuration>
            """);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        Directory.Delete(Root, recursive: true);
        _oneBuild.Dispose();
    }

    /// <summary>The project file of a suite, built on first use.</summary>
    public Task<string> SuiteAsync(SuiteKind kind) => _suites[kind].Value;

    /// <summary>Writes a project that is none of the suites, and builds it, or packs it into the feed.</summary>
    /// <returns>Its directory and what the build said, each diagnostic once for each time that the compiler reports it.</returns>
    public async Task<(string Directory, string Output)> BuildAsync(string name, string project, string source, bool isPackage = false)
    {
        var directory = Directory.CreateDirectory(Path.Combine(Root, name)).FullName;
        await File.WriteAllTextAsync(Path.Combine(directory, name + ".csproj"), project);
        await File.WriteAllTextAsync(Path.Combine(directory, "Source.cs"), source);
        string[] verb = isPackage ? ["pack", "-o", Feed] : ["build"];
        var output = await DotnetAsync(directory, [.. verb, "-tl:off", "-v:minimal"]);
        return (directory, output.Split("Build succeeded.")[0]); // the summary says each again
    }

    private async Task<string> BuildAsync(SuiteKind kind)
    {
        await _oneBuild.WaitAsync();
        try
        {
            var directory = Path.Combine(Root, kind.Name.Replace(' ', '-'));
            Copy(Path.Combine(AppContext.BaseDirectory, "Suites"), directory);
            if (kind.IsMtp)
            {
                await File.WriteAllTextAsync(Path.Combine(directory, "global.json"), """{ "test": { "runner": "Microsoft.Testing.Platform" } }""");
            }

            var project = Path.Combine(directory, kind.Project, kind.ProjectFile);
            await DotnetAsync(directory, ["build", project, .. kind.Properties]);
            return project;
        }
        finally
        {
            _oneBuild.Release();
        }
    }

    private static async Task<string> DotnetAsync(string directory, params string[] arguments)
    {
        var result = await Cli.Wrap("dotnet").WithArguments(arguments).WithWorkingDirectory(directory)
            .WithEnvironmentVariables(variables => variables.Set("NUGET_PACKAGES", null).Set("MSBUILDDISABLENODEREUSE", "1").Set("UseSharedCompilation", "false"))
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync();
        Assert.True(result.ExitCode == 0, $"dotnet {string.Join(' ', arguments)}:{Environment.NewLine}{result.StandardOutput}{result.StandardError}");
        return result.StandardOutput;
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private static string RepositoryRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "TestReaper.sln")))
        {
            directory = directory.Parent;
        }

        return directory.FullName;
    }
}
