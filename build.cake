// dotnet tool restore && dotnet cake [--target=Default] [--configuration=Release]

#load build/matrices.cake

var target = Argument("target", "Default");
var configuration = Argument("configuration", "Release");

const string Solution = "TestReaper.sln";
var packages = Directory("artifacts/packages");
var testResults = MakeAbsolute(Directory("artifacts/test-results"));

// A library against leaked processes leaves no build server behind: no MSBuild nodes, no compiler server.
Environment.SetEnvironmentVariable("MSBUILDDISABLENODEREUSE", "1");
Environment.SetEnvironmentVariable("DOTNET_CLI_USE_MSBUILD_SERVER", "0");
Environment.SetEnvironmentVariable("UseSharedCompilation", "false");

IEnumerable<FilePath> ProjectsUnder(string folder)
{
    var root = MakeAbsolute(Directory(folder)).FullPath + "/";
    return ParseSolution(Solution).Projects
        .Select(project => project.Path)
        .Where(path => path.FullPath.StartsWith(root) && path.GetExtension() == ".csproj");
}

// Projects that hold no tests are passed over by `dotnet test` itself. Without a category it runs the fast tier, tests/fast.runsettings.
void RunTests(FilePath project, string category = null, string suffix = "") => DotNetTest(project.FullPath, new DotNetTestSettings
{
    Configuration = configuration,
    NoBuild = true,
    Filter = category is null ? null : $"Category={category}",
    Settings = category is null ? null : "tests/all.runsettings",
    Loggers = [$"trx;LogFileName={project.GetFilenameWithoutExtension()}{suffix}.trx"],
    ResultsDirectory = testResults,
});

void WriteTable() => System.IO.File.WriteAllText(
    "tests/results/full.md",
    Matrices.ToMarkdown(GetFiles($"{testResults}/*.Full.trx").Select(file => file.FullPath), "The matrices, `dotnet cake --target=Full`"));

Task("Restore")
    .Does(() => DotNetRestore(Solution));

Task("Format")
    .Description("Checks the code style; changes nothing.")
    .IsDependentOn("Restore")
    .Does(() => DotNetFormat(Solution, new DotNetFormatSettings { VerifyNoChanges = true, NoRestore = true }));

Task("Build")
    .Description("Builds the whole solution.")
    .IsDependentOn("Restore")
    .Does(() => DotNetBuild(Solution, new DotNetBuildSettings { Configuration = configuration, NoRestore = true }));

Task("Test")
    .Description("Runs the tests, but for those of category Full.")
    .IsDependentOn("Build")
    .DoesForEach(() => ProjectsUnder("tests"), project => RunTests(project))
    .DeferOnError();

Task("Samples")
    .Description("Runs the samples' tests.")
    .IsDependentOn("Build")
    .DoesForEach(() => ProjectsUnder("samples"), project => RunTests(project))
    .DeferOnError();

Task("Full")
    .Description("Runs all tests, those of category Full too, and writes the table of the matrices.")
    .IsDependentOn("Build")
    .DoesForEach(() => ProjectsUnder("tests"), project => RunTests(project))
    .DoesForEach(() => ProjectsUnder("tests"), project => RunTests(project, "Full", ".Full"))
    .DeferOnError()
    .Finally(WriteTable);

Task("Table")
    .Description("Writes the table of the matrices from the results of an earlier run.")
    .Does(WriteTable);

Task("Soak")
    .Description("Reaps 1,000 random animals of the zoo, in ten minutes at most.")
    .IsDependentOn("Build")
    .Does(() =>
    {
        Environment.SetEnvironmentVariable("TESTREAPER_SOAK_TABLE", MakeAbsolute(File("tests/results/soak.md")).FullPath);
        RunTests("tests/TestReaper.Tests/TestReaper.Tests.csproj", "Soak");
    });

Task("Pack")
    .Description("Packs the libraries into artifacts/packages.")
    .IsDependentOn("Build")
    .Does(() => CleanDirectory(packages))
    .DoesForEach(() => ProjectsUnder("src"), project => DotNetPack(project.FullPath, new DotNetPackSettings
    {
        Configuration = configuration,
        NoBuild = true,
        OutputDirectory = packages,
    }));

Task("Bench")
    .Description("Runs the benchmarks.")
    .Does(() =>
    {
        const string Benchmarks = "tests/TestReaper.Benchmarks";
        if (!DirectoryExists(Benchmarks))
        {
            throw new CakeException($"There is nothing to run: {Benchmarks} does not exist yet.");
        }

        DotNetRun(Benchmarks, new DotNetRunSettings { Configuration = configuration });
    });

Task("Default")
    .Description("Format, Build, Test, Samples, Pack.")
    .IsDependentOn("Format")
    .IsDependentOn("Build")
    .IsDependentOn("Test")
    .IsDependentOn("Samples")
    .IsDependentOn("Pack");

RunTarget(target);
