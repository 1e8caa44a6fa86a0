using System.Diagnostics;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>Input that cannot work is refused with one exception that says what, why, and how to fix it.</summary>
public sealed class BadInputTests : StartingServers
{
    [Fact(Timeout = 30_000)]
    public async Task A_missing_executable_is_named()
    {
        var failure = await FailAsync(Program("/no/such/server"));

        Contains("'/no/such/server' does not exist. Install or build it, or correct FileName.", failure.Message);
        Contains("Command: /no/such/server", failure.Message);
        Assert.Equal(("/no/such/server", null, ""), (failure.CommandLine, failure.ExitCode, failure.OutputTail));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_name_that_is_not_found_is_reported_with_the_places_searched()
    {
        var failure = await FailAsync(Program("no-such-server-anywhere"));

        Contains("'no-such-server-anywhere' was not found next to this program, in the current directory", failure.Message);
        Contains("or in PATH. Install it, or set FileName to its absolute path.", failure.Message);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_file_without_the_executable_bit_is_refused()
    {
        var file = FilePath("plain");
        await File.WriteAllTextAsync(file, "#!/bin/sh\nsleep 60\n");

        var failure = await FailAsync(Program(file));

        Contains($"'{file}' is not executable. Give it the executable bit (chmod +x '{file}')", failure.Message);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_directory_is_refused()
    {
        var failure = await FailAsync(Program(Registry.Directory));

        Contains($"'{Registry.Directory}' is a directory. Set FileName to the program in it.", failure.Message);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_script_without_an_interpreter_line_is_refused()
    {
        var script = await ScriptAsync("sleep 60");

        var failure = await FailAsync(Program(script));

        Contains($"'{script}' is not in a format that this system executes. Start a script with a #! line", failure.Message);
        Assert.Empty(Directory.GetFiles(LogDirectory));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_script_whose_interpreter_is_missing_is_refused()
    {
        var script = await ScriptAsync("#!/no/such/interpreter");

        var failure = await FailAsync(Program(script));

        Contains($"'{script}' or the interpreter that it names", failure.Message);
        Contains("does not exist", failure.Message);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_missing_working_directory_is_named()
    {
        var failure = await FailAsync(Server() with { WorkingDirectory = "/no/such/directory" });

        Contains("the working directory '/no/such/directory' does not exist. Create it, or correct WorkingDirectory.", failure.Message);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_log_directory_that_cannot_be_created_is_named()
    {
        var file = FilePath("file");
        await File.WriteAllTextAsync(file, "");

        var failure = await FailAsync(Server() with { LogDirectory = file });

        Contains($"its log file cannot be written in '{file}'", failure.Message);
        Contains("Set LogDirectory", failure.Message);
    }

    [Fact(Timeout = 30_000)]
    public async Task Arguments_beyond_the_limit_of_the_system_are_refused()
    {
        var failure = await FailAsync(
            Program("/bin/sh", "-c", new string('x', 1024 * 1024)) with { Readiness = Readiness.OutputLine("never") });

        Contains("the arguments and the environment together are larger than the system allows", failure.Message);
        Contains("Pass long values in a file.", failure.Message);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("", "FileName is empty. Set it")]
    [InlineData(" ", "FileName is empty. Set it")]
    [InlineData("ser\0ver", "FileName holds a NUL character")]
    public async Task An_unusable_file_name_is_refused(string fileName, string complaint)
    {
        var failure = await Assert.ThrowsAsync<ArgumentException>(() => StartAsync(Program(fileName)));

        Contains(complaint, failure.Message);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_NUL_character_is_refused_wherever_it_is()
    {
        var server = Server();

        await RefusesAsync(
            server with { Arguments = ["good", "b\0d"] },
            "Argument 1 holds a NUL character, at which the operating system would cut it off. Remove it.");
        await RefusesAsync(
            server with { Environment = new Dictionary<string, string?> { ["NAME"] = "b\0d" } },
            "The environment variable NAME holds a NUL");
        await RefusesAsync(
            server with { Environment = new Dictionary<string, string?> { ["b\0d"] = "value" } },
            "An environment variable's name holds a NUL");
        await RefusesAsync(server with { WorkingDirectory = "/b\0d" }, "WorkingDirectory holds a NUL");
    }

    [Fact(Timeout = 30_000)]
    public async Task A_variable_needs_a_name_without_an_equals_sign()
    {
        await RefusesAsync(
            Server() with { Environment = new Dictionary<string, string?> { [""] = "value" } },
            "'' is not a name for an environment variable");
        await RefusesAsync(
            Server() with { Environment = new Dictionary<string, string?> { ["a=b"] = "value" } },
            "'a=b' is not a name for an environment variable");
    }

    [Fact(Timeout = 30_000)]
    public async Task Null_is_refused_by_name()
    {
        Assert.Equal("options", (await Assert.ThrowsAsync<ArgumentNullException>(() => StartAsync(null!))).ParamName);
        await RefusesAsync(Server() with { Arguments = ["good", null!] }, "Argument 1 is null. Pass an empty string, or leave it out.");
        await RefusesAsync(Server() with { Readiness = null! }, "Readiness and Reap cannot be null");
        await RefusesAsync(Server() with { Reap = null! }, "Readiness and Reap cannot be null");
    }

    [Fact(Timeout = 30_000)]
    public async Task Collections_that_are_null_are_refused_by_name()
    {
        await RefusesAsync(Server() with { Arguments = null! }, "Arguments");
        await RefusesAsync(Server() with { Environment = null! }, "Environment");
    }

    /// <summary>Refused before anything starts: nothing enters the registry, then or later.</summary>
    private async Task RefusesAsync(ServerProcessOptions options, string complaint)
    {
        var failure = await Assert.ThrowsAnyAsync<ArgumentException>(() => StartAsync(options));

        Contains(complaint, failure.Message);
        Assert.Empty(Registry.Registered());
    }

    /// <summary>Written by a shell: a fork of this process, at the wrong moment, would hold it open for writing (ETXTBSY).</summary>
    private async Task<string> ScriptAsync(string text)
    {
        var path = FilePath("script");
        using var writer = Process.Start("/bin/sh", ["-c", "printf '%s\\n' \"$1\" > \"$0\" && chmod +x \"$0\"", path, text]);
        await writer.WaitForExitAsync();
        Assert.Equal(0, writer.ExitCode);
        return path;
    }
}
