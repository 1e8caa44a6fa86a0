using System.Diagnostics;
using TestReaper.Processes;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>A server sees the same as under a bare Process.Start, except for its scope and its session.</summary>
public sealed class InvisibleLaunchTests : StartingServers
{
    private const string Scope = "TESTREAPER_SCOPE";

    // Names that a shell drops, a value that it splits, and names that it sets itself.
    private static readonly Dictionary<string, string?> Variables = new()
    {
        ["a.b"] = "dotted",
        ["my-var"] = "with $HOME and 'quotes' and  spaces\nand a line",
        ["EMPTY"] = "",
        ["PWD"] = "/not/here",
        ["OLDPWD"] = null,
        ["SHLVL"] = null,
        ["UMLAUT_ä"] = "ö=ü",
        [Scope] = null,
    };

    [Fact(Timeout = 30_000)]
    public async Task Arguments_arrive_as_they_are()
    {
        var (ours, bare) = await DumpBothAsync();

        Assert.Equal(bare.Cmdline, ours.Cmdline);
        Assert.Equal(
            ["--print", "", "--print", "two words", "--print", "$HOME `id` \"'\\", "--print", "tab\tline\nä"],
            ours.Cmdline.TakeLast(8));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_environment_differs_only_by_the_scope_and_by_what_turns_build_servers_off()
    {
        var (ours, bare) = await DumpBothAsync();

        string[] added = [Scope, .. BuildServers.Variables];
        Assert.Equal(
            bare.Environ.Where(variable => !added.Contains(variable.Split('=')[0])).Order(StringComparer.Ordinal),
            ours.Environ.Where(variable => !added.Contains(variable.Split('=')[0])).Order(StringComparer.Ordinal));
        Assert.Contains("a.b=dotted", ours.Environ);
        Assert.Contains("PWD=/not/here", ours.Environ);
        var scope = Assert.Single(
            ours.Environ,
            variable => variable.StartsWith("TESTREAPER_", StringComparison.Ordinal) && !bare.Environ.Contains(variable));
        Assert.Matches("^TESTREAPER_SCOPE=[0-9a-f]{16}$", scope);
    }

    [Fact(Timeout = 30_000)]
    public async Task Directory_signals_and_descriptors_are_those_of_a_bare_start()
    {
        var (ours, bare) = await DumpBothAsync();

        Assert.Equal(bare.Cwd, ours.Cwd);
        Assert.Equal((bare.SigBlk, bare.SigIgn), (ours.SigBlk, ours.SigIgn));
        Assert.Equal(bare.InheritedFds, ours.InheritedFds);
        Assert.Equal(Environment.ProcessId, ours.Ppid);
    }

    [Fact(Timeout = 30_000)]
    public async Task It_leads_a_session_of_its_own()
    {
        var (ours, bare) = await DumpBothAsync();

        Assert.Equal((ours.Pid, ours.Pid), (ours.Pgid, ours.Sid));
        Assert.NotEqual(bare.Sid, ours.Sid);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_program_found_by_its_name_sees_that_name()
    {
        const string Script = "tr '\\0' '|' < /proc/$$/cmdline; echo; exec sleep 60";
        using var bare = Process.Start(new ProcessStartInfo("sh", ["-c", Script]) { RedirectStandardOutput = true })!;
        var expected = await bare.StandardOutput.ReadLineAsync();
        bare.Kill();

        await using var server = await StartAsync(Program("sh", "-c", Script) with { Readiness = Readiness.OutputLine("sleep") });

        Assert.StartsWith("sh|-c|", expected, StringComparison.Ordinal);
        Assert.Equal(expected, server.Output.Tail[0]);
    }

    [Fact(Timeout = 30_000)]
    public async Task Standard_input_is_the_null_device()
    {
        await using var server = await StartAsync(
            Shell("readlink /proc/$$/fd/0; exec sleep 60") with { Readiness = Readiness.OutputLine(".") });

        Assert.Equal(["/dev/null"], server.Output.Tail);
        Assert.Throws<InvalidOperationException>(() => server.StandardInput);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_working_directory_is_the_one_asked_for()
    {
        var file = FilePath("dump");

        await using var server = await StartAsync(Server("--dump", file) with { WorkingDirectory = "/usr" });

        Assert.Equal("/usr", (await ProcessDump.ReadAsync(file)).Cwd);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_scope_is_appended_to_the_inherited_one()
    {
        var file = FilePath("dump");
        var options = Server("--dump", file) with { Environment = new Dictionary<string, string?> { [Scope] = "outer" } };

        await using var server = await StartAsync(options);

        var dump = await ProcessDump.ReadAsync(file);
        Assert.Matches("^TESTREAPER_SCOPE=outer:[0-9a-f]{16}$", ScopeOf(dump));
    }

    [Fact(Timeout = 30_000)]
    public async Task Each_start_has_a_scope_of_its_own()
    {
        string[] files = [FilePath("one"), FilePath("two")];

        await using var one = await StartAsync(Server("--dump", files[0]));
        await using var two = await StartAsync(Server("--dump", files[1]));

        Assert.NotEqual(ScopeOf(await ProcessDump.ReadAsync(files[0])), ScopeOf(await ProcessDump.ReadAsync(files[1])));
    }

    private static string ScopeOf(ProcessDump dump) =>
        Assert.Single(dump.Environ, variable => variable.StartsWith(Scope, StringComparison.Ordinal));

    /// <summary>The same program with the same arguments, started by us and by Process.Start, one after the other.</summary>
    private async Task<(ProcessDump Ours, ProcessDump Bare)> DumpBothAsync()
    {
        var file = FilePath("dump");
        string[] args =
        [
            "--registry", Registry.Directory, "--dump", file,
            "--print", "", "--print", "two words", "--print", "$HOME `id` \"'\\", "--print", "tab\tline\nä",
        ];
        await using var server = await StartAsync(Program(TestProgram.Path, args) with { Environment = Variables });
        var ours = await ProcessDump.ReadAsync(file);
        File.Delete(file);

        var start = new ProcessStartInfo(TestProgram.Path, args)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in Variables)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var bare = await ProcessDump.ReadAsync(file);
        process.Kill();
        return (ours, bare);
    }
}
