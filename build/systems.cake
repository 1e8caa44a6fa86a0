// Runs the portable tests as Windows programs, under Wine, and on .NET 8; compiles them for the systems that cannot run here.

using System.Text.RegularExpressions;

public sealed record WineRun(string Name, int Passed, int Failed, bool HasResult, string Output);

/// <summary>Runs Windows programs in a Wine prefix of its own.</summary>
public sealed class Wine(string prefix)
{
    public const string Program = "/usr/lib/wine/wine64";

    private static readonly Regex Total = new(@"Total: (\d+), Errors: (\d+), Failed: (\d+), Skipped: (\d+)");

    private const int MostAttempts = 3;

    // A hard limit for each run: under Wine, an exception in a static constructor makes a program hang.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    public void Prepare()
    {
        System.IO.Directory.CreateDirectory(prefix);
        Run("wineboot", "-i");
        Run("reg", "add", @"HKCU\Software\Wine", "/v", "Version", "/d", "win10", "/f");
    }

    public IReadOnlyList<string> Classes(string program, params string[] filter) =>
    [
        .. Run([program, "-list", "classes", .. filter]).Split('\n')
            .Select(line => line.Trim()).Where(line => line.StartsWith("TestReaper.")),
    ];

    // Wine cannot remove code that the runtime has emitted. When a finalizer tries to, the runtime ends the process with this frame on the
    // stack. So each class has a process of its own, and a run that ends in this way is repeated: it has no result.
    public WineRun RunClass(string program, string name, params string[] filter)
    {
        const string RemovalOfCode = "DynamicResolver+DestroyScout.Finalize";
        string output;
        var attempts = 0;
        do
        {
            output = Run([program, "-class", name, .. filter]);
        }
        while (output.Contains(RemovalOfCode) && ++attempts < MostAttempts);

        var total = Total.Match(output);
        var (all, failed) = total.Success
            ? (Number(1) - Number(4), Number(2) + Number(3))
            : (1, 1);
        return output.Contains(RemovalOfCode)
            ? new WineRun(name, 0, 0, HasResult: false, output)
            : new WineRun(name, all - failed, failed, HasResult: true, output);

        int Number(int group) => int.Parse(total.Groups[group].Value);
    }

    private string Run(params string[] arguments)
    {
        var start = new System.Diagnostics.ProcessStartInfo("timeout", ["--signal=KILL", $"{Limit.TotalSeconds}", Program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["WINEPREFIX"] = prefix;
        start.Environment["WINEARCH"] = "win64";
        start.Environment["WINEDEBUG"] = "-all";

        // Few collections of garbage: Wine cannot remove code that the runtime has emitted.
        start.Environment["DOTNET_GCgen0size"] = "30000000";
        start.Environment["DOTNET_gcConcurrent"] = "0";
        using var process = System.Diagnostics.Process.Start(start);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output + errors.Result;
    }
}

string[] windowsTests = ["TestReaper.Portable.Tests", "TestReaper.Xunit.V3.Tests"];

Task("PublishWindows")
    .Description("Publishes the tests of TestWindows for win-x64, with the runtime.")
    .DoesForEach(windowsTests, project => DotNetPublish($"tests/{project}", new DotNetPublishSettings
    {
        Configuration = configuration,
        Runtime = "win-x64",
        SelfContained = true,
        OutputDirectory = $"artifacts/windows/{project}",
    }));

Task("TestWindows")
    .Description("Runs the portable tests and those of the xUnit v3 adapter for win-x64, under Wine.")
    .IsDependentOn("PublishWindows")
    .Does(() =>
    {
        var wine = new Wine(MakeAbsolute(Directory("artifacts/windows/wine")).FullPath);
        string[] filter = ["-trait-", "Category=Full", "-trait-", "System=Linux", "-trait-", "Wine=no"];
        var (passed, failed, without) = (0, 0, 0);
        wine.Prepare();
        foreach (var project in windowsTests)
        {
            var program = MakeAbsolute(File($"artifacts/windows/{project}/{project}.exe")).FullPath;
            var classes = wine.Classes(program, filter);
            if (classes.Count == 0)
            {
                throw new CakeException($"{project} lists no tests under Wine.");
            }

            foreach (var run in classes.Select(name => wine.RunClass(program, name, filter)))
            {
                (passed, failed, without) = (passed + run.Passed, failed + run.Failed, without + (run.HasResult ? 0 : 1));
                Information("{0}: {1}", run.Name, run.HasResult ? $"{run.Passed} passed, {run.Failed} failed" : "no result, Wine crashed");
                if (run.Failed > 0)
                {
                    Error("{0}", run.Output);
                }
            }
        }

        Information("{0} passed, {1} failed, {2} classes without a result, executed under Wine", passed, failed, without);
        if (failed > 0 || passed == 0 || without > 2)
        {
            throw new CakeException("Tests failed under Wine.");
        }
    });

Task("TestNet8")
    .Description("Runs the portable tests on a .NET 8 runtime.")
    .Does(() =>
    {
        const string Project = "TestReaper.Portable.Tests", Folder = "artifacts/net8";
        DotNetPublish($"tests/{Project}", new DotNetPublishSettings
        {
            Configuration = configuration,
            Runtime = "linux-x64",
            SelfContained = true,
            OutputDirectory = $"{Folder}/publish",
            ArgumentCustomization = arguments => arguments.Append("-p:TestFramework=net8.0").Append($"--artifacts-path {Folder}/build"),
        });
        var code = StartProcess(MakeAbsolute(File($"{Folder}/publish/{Project}")), new ProcessSettings
        {
            Arguments = "-trait- Category=Full",
        });
        if (code != 0)
        {
            throw new CakeException("The portable tests failed on .NET 8.");
        }
    });

Task("Compile")
    .Description("Compiles for the systems on which no test runs here; --runtime chooses one.")
    .DoesForEach(Argument("runtime", "osx-arm64 linux-arm64 linux-musl-x64").Split(' '), runtime => DotNetPublish(
        "tests/TestReaper.TestHost",
        new DotNetPublishSettings
        {
            Configuration = configuration,
            Runtime = runtime,
            SelfContained = false,
            OutputDirectory = $"artifacts/compiled/{runtime}",
            ArgumentCustomization = arguments => arguments.Append($"--artifacts-path artifacts/compiled/{runtime}-build"),
        }));
