using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>However a secret reaches a server, this library never shows it.</summary>
public sealed class SecretTests : RunningServers
{
    private const string Secret = "swordfish-0123456789";

    [Theory(Timeout = 30_000)]
    [InlineData("HF_TOKEN")]
    [InlineData("apiKey")]
    [InlineData("DB_PASSWORD")]
    [InlineData("MY_SECRET_THING")]
    public async Task The_value_of_a_variable_is_never_shown(string name)
    {
        var options = Program("--print-secret-env", name, "--error", $"it is {Secret}.", "--print", "done") with
        {
            Environment = new Dictionary<string, string?> { [name] = Secret },
        };

        await NeverComesOutAsync(options, "it is ***.");
    }

    [Fact(Timeout = 30_000)]
    public async Task The_value_of_a_variable_that_the_test_host_itself_has_is_never_shown()
    {
        // No other test uses this name.
        Environment.SetEnvironmentVariable("INHERITED_BY_SECRETTESTS_TOKEN", Secret);
        try
        {
            await NeverComesOutAsync(Program("--print-secret-env", "INHERITED_BY_SECRETTESTS_TOKEN", "--print", "done"), "***");
        }
        finally
        {
            Environment.SetEnvironmentVariable("INHERITED_BY_SECRETTESTS_TOKEN", null);
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task A_variable_with_another_name_is_not_a_secret()
    {
        var options = Program("--print-secret-env", "MONKEY", "--print", "done") with
        {
            Environment = new Dictionary<string, string?> { ["MONKEY"] = Secret },
        };

        await using var server = await StartUntilAsync("done", options);

        Assert.Equal([Secret, "done"], server.Output.Tail);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("--api-key", Secret)]
    [InlineData("--api-key=" + Secret)]
    [InlineData("--hf-token", Secret)]
    [InlineData("-password", Secret)]
    public async Task An_argument_is_never_shown(params string[] arguments) =>
        await NeverComesOutAsync(Shell("for a; do echo \"arg $a\"; done; echo done; exec sleep 60", ["sh", .. arguments]), "done");

    [Fact(Timeout = 30_000)]
    public async Task The_password_of_an_address_is_never_shown() =>
        await NeverComesOutAsync(
            Shell("echo \"db $1\"; echo done; exec sleep 60", "sh", $"postgres://user:{Secret}@db.example/x"),
            "db postgres://user:***@db.example/x");

    [Fact(Timeout = 30_000)]
    public async Task A_secret_in_a_long_line_without_end_is_never_shown()
    {
        var options = Shell("printf \"%065530d%s%020000d\\n\" 0 \"$T_TOKEN\" 0; echo done; exec sleep 60") with
        {
            Environment = new Dictionary<string, string?> { ["T_TOKEN"] = Secret },
        };

        await NeverComesOutAsync(options, "done");
    }

    /// <summary>Arguments that a server passes to its workers appear in the tree, although the options never had them.</summary>
    [Fact(Timeout = 30_000)]
    public async Task The_arguments_of_grandchildren_are_never_shown()
    {
        // The server puts the secret together, so its value is known in advance to no one but the server.
        const string Script = "export X=$(printf 'sword%s-01234%s' fish 56789); " +
            "sh -c 'sh -c \"echo done; sleep 60; :\" sh --api-key \"$X\"; :'; :";
        await NeverComesOutAsync(Shell(Script), "done");

        Assert.Contains("sh -c echo done; sleep 60; : sh --api-key ***", Logged, StringComparison.Ordinal);
    }

    /// <summary>bitnami/charts #25163, and values of several words: only the arguments show where one ends.</summary>
    [Fact(Timeout = 30_000)]
    public async Task Arguments_of_a_grandchild_with_secrets_of_several_words_are_never_shown()
    {
        const string Script = "export X=$(printf 'sword%s-01234%s' fish 56789); " +
            "sh -c 'echo done; sleep 60; :' sh --passphrase \"my $X\" --requirepass \"-$X\" -H \"Authorization: Bearer $X\"; :";
        await NeverComesOutAsync(Shell(Script), "done");

        Assert.Contains("--passphrase *** --requirepass *** -H Authorization: Bearer ***", Logged, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_failed_start_shows_no_secret()
    {
        var options = Shell("echo \"key $2 token $A_TOKEN\" >&2; exit 5", "sh", "--api-key", Secret) with
        {
            Environment = new Dictionary<string, string?> { ["A_TOKEN"] = "another-secret" },
        };

        var failure = await Assert.ThrowsAsync<ServerStartException>(() => StartUntilAsync("never", options));

        Assert.Contains("--api-key ***", failure.CommandLine, StringComparison.Ordinal);
        Assert.Equal("key *** token ***", failure.OutputTail);
        AssertNoSecret($"{failure}{failure.Message}{Logged}{await LogTextAsync()}");
    }

    [Fact(Timeout = 30_000)]
    public async Task A_server_that_is_never_ready_shows_no_secret_of_its_probe()
    {
        var options = Program("--api-key", Secret) with
        {
            FileName = "/bin/sh",
            Arguments = ["-c", "exec sleep 60", "--api-key", Secret],
            StartupTimeout = TimeSpan.FromMilliseconds(300),
            Readiness = Readiness.Custom("asking", (_, _) => throw new InvalidOperationException($"401 for {Secret}")),
        };

        var failure = await Assert.ThrowsAsync<ServerStartException>(() => StartAsync(options));

        Assert.Contains("401 for ***", failure.Message, StringComparison.Ordinal);
        AssertNoSecret($"{failure}{Logged}");
    }

    /// <summary>Test frameworks print the message of an exception and, one by one, those of its inner ones.</summary>
    [Fact(Timeout = 30_000)]
    public async Task Inner_exceptions_and_descriptions_of_probes_show_no_secret()
    {
        var options = Program() with
        {
            Environment = new Dictionary<string, string?> { ["SERVER_API_KEY"] = Secret, ["PORT"] = "{port}" },
            StartupTimeout = TimeSpan.FromSeconds(6),
            Readiness = Readiness.Http($"/health?k={Secret}"),
        };

        var failure = await Assert.ThrowsAsync<ServerStartException>(() => StartAsync(options));

        Assert.Contains("/health?k=***", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Waiting for", Logged, StringComparison.Ordinal);
        AssertNoSecret(Logged);
        for (Exception? error = failure; error is not null; error = error.InnerException)
        {
            AssertNoSecret($"{error}{error.Message}");
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task An_exception_of_a_probe_with_a_secret_is_masked_inside_too()
    {
        var options = Program("--api-key", Secret) with
        {
            Readiness = Readiness.Custom("asking", (_, _) => throw new IOException("outer", new IOException($"{Secret} refused"))),
            StartupTimeout = TimeSpan.FromMilliseconds(300),
        };

        var failure = await Assert.ThrowsAsync<ServerStartException>(() => StartAsync(options));

        AssertNoSecret($"{failure}{failure.InnerException}{Logged}");
    }

    [Fact(Timeout = 30_000)]
    public async Task A_missing_program_shows_no_secret()
    {
        var options = Program("--api-key", Secret) with { FileName = "/no/such/program" };

        var failure = await Assert.ThrowsAsync<ServerStartException>(() => StartAsync(options));

        AssertNoSecret($"{failure}{Logged}");
    }

    [Fact(Timeout = 30_000)]
    public async Task The_warning_about_a_crash_shows_no_secret()
    {
        var options = Shell("echo up; read go; exit 5", "sh", "--api-key", Secret) with { RedirectStandardInput = true };
        await using var server = await StartUntilAsync("up", options);
        await server.StandardInput.WriteLineAsync("go");
        await ExitAsync(server);

        await server.ReapAsync();

        Assert.Contains("--api-key ***", Assert.Single(Logger.Warnings), StringComparison.Ordinal);
        AssertNoSecret(Logged);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_password_of_an_endpoint_is_never_shown()
    {
        var options = Program("--http", "{port}") with
        {
            Readiness = Readiness.Http("/health"),
            Endpoint = new Uri($"http://user:{Secret}@localhost:0/"),
        };

        await using var server = await StartAsync(options);

        Assert.Contains("Ready at ", Logged, StringComparison.Ordinal);
        AssertNoSecret(Logged);
    }

    private async Task NeverComesOutAsync(ServerProcessOptions options, string expectedLine)
    {
        await using var server = await StartUntilAsync("done", options with { KeepLogs = true });
        await Poll.UntilAsync(() => server.Output.Tail.Contains(expectedLine), $"'{expectedLine}' in the output");
        var heard = string.Join('\n', server.Output.Tail);

        var report = await server.ReapAsync();

        var commands = string.Join('\n', report.Processes.Select(process => $"{process} {process.CommandLine}"));
        AssertNoSecret($"{heard}\n{report}\n{commands}\n{Logged}\n{await LogTextAsync()}");
        Assert.Contains(expectedLine, await LogTextAsync(), StringComparison.Ordinal);
    }

    private async Task<string> LogTextAsync() => await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(LogDirectory)));

    // Not even half of it may appear.
    private static void AssertNoSecret(string text)
    {
        Assert.DoesNotContain("swordfish", text, StringComparison.Ordinal);
        Assert.DoesNotContain("123456789", text, StringComparison.Ordinal);
        Assert.DoesNotContain("another-secret", text, StringComparison.Ordinal);
    }
}
