// dotnet tool restore && dotnet cake [--target=Default] [--configuration=Release]

#load build/matrices.cake
#load build/style.cake
#load build/style-test.cake
#load build/systems.cake

var target = Argument("target", "Default");
var configuration = Argument("configuration", "Release");

const string Solution = "TestReaper.sln";
var packages = Directory("artifacts/packages");
var testResults = MakeAbsolute(Directory("artifacts/test-results"));

// The build of a library against leaks must not leak: no MSBuild nodes, no compiler server.
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

// `dotnet test` skips projects without tests. Without a category it runs the fast tier (tests/fast.runsettings).
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

Task("StyleSelfTest")
    .Description("Proves that the style check finds each kind of violation.")
    .Does(StyleTest.Run);

Task("Style")
    .Description("Checks columns, words, lines in a file and conflict markers; build/style.cake has the rules.")
    .IsDependentOn("StyleSelfTest")
    .Does(() =>
    {
        var root = MakeAbsolute(Directory(".")).FullPath;
        var findings = Style.Check(root);
        foreach (var finding in findings)
        {
            Error("{0}", finding);
        }

        Information(Style.SizesIn(root));
        if (findings.Count > 0)
        {
            throw new CakeException($"The style check found {findings.Count} violations.");
        }
    });

Task("Build")
    .Description("Builds the whole solution.")
    .IsDependentOn("Restore")
    .Does(() => DotNetBuild(Solution, new DotNetBuildSettings { Configuration = configuration, NoRestore = true }));

Task("Test")
    .Description("Runs the fast tier: all tests except those of the categories Full and Soak.")
    .IsDependentOn("Build")
    .DoesForEach(() => ProjectsUnder("tests"), project => RunTests(project))
    .DeferOnError();

Task("Samples")
    .Description("Runs the samples' tests.")
    .IsDependentOn("Build")
    .DoesForEach(() => ProjectsUnder("samples"), project => RunTests(project))
    .DeferOnError();

Task("Full")
    .Description("Runs the fast tier, the tests of category Full and TestNet8, compiles, and writes the table of the matrices.")
    .IsDependentOn("Build")
    .IsDependentOn("TestNet8")
    .IsDependentOn("Compile")
    .DoesForEach(() => ProjectsUnder("tests"), project => RunTests(project))
    .DoesForEach(() => ProjectsUnder("tests"), project => RunTests(project, "Full", ".Full"))
    .DeferOnError()
    .Finally(WriteTable);

Task("Table")
    .Description("Writes the table of the matrices from the results of an earlier run.")
    .Does(WriteTable);

Task("Hardware")
    .Description("Runs the tests that need a GPU, and appends their times to the table of GPU reaps.")
    .IsDependentOn("Build")
    .Does(() =>
    {
        Environment.SetEnvironmentVariable("TESTREAPER_HARDWARE_TABLE", MakeAbsolute(File("tests/results/gpu-reap.md")).FullPath);
        RunTests("tests/TestReaper.Tests/TestReaper.Tests.csproj", "Hardware");
    });

Task("Soak")
    .Description("Reaps 1,000 random process trees in at most ten minutes.")
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
            throw new CakeException($"{Benchmarks} does not exist.");
        }

        DotNetRun(Benchmarks, new DotNetRunSettings { Configuration = configuration });
    });

Task("Default")
    .Description("Format, Style, Build, Test, Samples, Pack.")
    .IsDependentOn("Format")
    .IsDependentOn("Style")
    .IsDependentOn("Build")
    .IsDependentOn("Test")
    .IsDependentOn("Samples")
    .IsDependentOn("Pack");

RunTarget(target);
