using CliWrap;
using CliWrap.Buffered;
using Xunit;

namespace TestReaper.Acceptance;

/// <summary>A directory outside the repository: a local feed with the packages, and test suites that are built against them.</summary>
public sealed class Workspace : IAsyncLifetime, IDisposable
{
    private static readonly string Configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    // A pack writes into obj/ of its project, and each test class has a workspace of its own.
    private static readonly SemaphoreSlim PackLock = new(1);
    private readonly Dictionary<SuiteKind, Lazy<Task<string>>> _suites = [];
    private readonly SemaphoreSlim _buildLock = new(1);

    public Workspace()
    {
        foreach (var kind in SuiteKind.All)
        {
            _suites[kind] = new Lazy<Task<string>>(() => BuildAsync(kind));
        }
    }

    /// <summary>The directory, which <see cref="Dispose"/> deletes.</summary>
    public string Root { get; } = Directory.CreateTempSubdirectory("testreaper-acceptance-").FullName;

    private string Feed => Path.Combine(Root, "feed");

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Feed);
        await PackLock.WaitAsync();
        try
        {
            foreach (var project in Directory.GetFiles(Path.Combine(FindRepositoryRoot(), "src"), "*.csproj", SearchOption.AllDirectories))
            {
                await DotnetAsync(Root, "pack", project, "--no-build", "-c", Configuration, "-o", Feed, "-v", "quiet");
            }
        }
        finally
        {
            PackLock.Release();
        }

        // The packages have the version of the last release, so they need a cache of their own. The user's cache provides all others.
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(home, ".nuget", "packages");
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
        _buildLock.Dispose();
    }

    /// <summary>Returns the project file of a suite. The first call builds the suite.</summary>
    public Task<string> GetProjectAsync(SuiteKind kind) => _suites[kind].Value;

    /// <summary>Writes a project that belongs to no suite, and builds it or packs it into the feed.</summary>
    /// <returns>The directory and the build output. It contains each diagnostic as often as the compiler reports it.</returns>
    public async Task<(string Directory, string Output)> BuildAsync(string name, string project, string source, bool isPackage = false)
    {
        var directory = Directory.CreateDirectory(Path.Combine(Root, name)).FullName;
        await File.WriteAllTextAsync(Path.Combine(directory, name + ".csproj"), project);
        await File.WriteAllTextAsync(Path.Combine(directory, "Source.cs"), source);
        string[] verb = isPackage ? ["pack", "-o", Feed] : ["build"];
        var output = await DotnetAsync(directory, [.. verb, "-tl:off", "-v:minimal"]);

        // The summary at the end repeats each diagnostic.
        return (directory, output.Split("Build succeeded.")[0]);
    }

    private async Task<string> BuildAsync(SuiteKind kind)
    {
        await _buildLock.WaitAsync();
        try
        {
            var directory = Path.Combine(Root, kind.Name.Replace(' ', '-'));
            Copy(Path.Combine(AppContext.BaseDirectory, "Suites"), directory);
            if (kind.IsMtp)
            {
                var settings = Path.Combine(directory, "global.json");
                await File.WriteAllTextAsync(settings, """{ "test": { "runner": "Microsoft.Testing.Platform" } }""");
            }

            var project = Path.Combine(directory, kind.Project, kind.ProjectFile);
            await DotnetAsync(directory, ["build", project, .. kind.Properties]);
            return project;
        }
        finally
        {
            _buildLock.Release();
        }
    }

    private static async Task<string> DotnetAsync(string directory, params string[] arguments)
    {
        var result = await Cli.Wrap("dotnet").WithArguments(arguments).WithWorkingDirectory(directory)
            .WithEnvironmentVariables(variables => variables
                .Set("NUGET_PACKAGES", null)
                .Set("MSBUILDDISABLENODEREUSE", "1")
                .Set("UseSharedCompilation", "false"))
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync();
        Assert.True(
            result.ExitCode == 0,
            $"dotnet {string.Join(' ', arguments)}:{Environment.NewLine}{result.StandardOutput}{result.StandardError}");
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

    private static string FindRepositoryRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "TestReaper.sln")))
        {
            directory = directory.Parent;
        }

        return directory.FullName;
    }
}
