using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers.Models;

/// <summary>The server is the test program, which answers as Ollama does.</summary>
public sealed class OllamaTests : ModelDirectory
{
    [Fact(Timeout = 60_000)]
    public async Task A_model_that_the_server_lacks_is_pulled_and_loaded_to_stay()
    {
        await using var server = await StartAsync();

        Assert.True(await EnsureAsync(server, "qwen"));
        Assert.False(await EnsureAsync(server, "qwen"));

        Assert.Equal(["/api/show", "/api/show", "/api/pull", "/api/generate", "/api/show", "/api/generate"], Paths());
        Assert.All(Requests("/api/generate"), body => Assert.Equal("""{"model":"qwen","stream":false,"keep_alive":-1}""", body));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_model_is_only_pulled_if_that_is_asked_for()
    {
        await using var server = await StartAsync();

        await EnsureAsync(server, "qwen", Quick with { Load = false });

        Assert.Empty(Requests("/api/generate"));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_time_that_a_model_stays_loaded_is_in_seconds()
    {
        await using var server = await StartAsync();

        await EnsureAsync(server, "qwen", Quick with { KeepAlive = TimeSpan.FromMinutes(2) });

        Contains("\"keep_alive\":120", Assert.Single(Requests("/api/generate")));
    }

    [Fact(Timeout = 60_000)]
    public async Task An_embedding_model_is_loaded_by_an_empty_input()
    {
        await using var server = await StartAsync();

        await EnsureAsync(server, "embedder");

        Contains("\"input\":\"\"", Assert.Single(Requests("/api/embed")));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("broken", "the pull failed: max retries exceeded: unexpected EOF")]
    [InlineData("cut", "the pull ended before its success; its last status was: pulling a1b2")]
    [InlineData("toolarge", "answered 500: model requires more system memory (9.9 GiB) than is available (1.0 GiB)")]
    public async Task The_reason_of_a_failure_is_that_of_the_server(string model, string reason)
    {
        await using var server = await StartAsync();

        var error = await Assert.ThrowsAsync<ModelFetchException>(() => EnsureAsync(server, model));

        Contains(reason, error.Message);
        Assert.Equal(model, error.Model);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_exits_during_the_pull_is_reported_with_its_exit_code_and_its_output()
    {
        await using var server = await StartAsync();

        var error = await Assert.ThrowsAsync<ModelFetchException>(() => EnsureAsync(server, "crash"));

        Contains("The server has exited with code 3.", error.Message);
        Contains("panic: out of memory", error.Message);
    }

    [Fact(Timeout = 60_000)]
    public async Task Progress_lines_say_how_much_is_pulled()
    {
        await using var server = await StartAsync();

        await EnsureAsync(server, "slow");

        Assert.Contains(Lines, line => line.StartsWith("Pulling slow: ", StringComparison.Ordinal)
            && line.Contains("MiB/s", StringComparison.Ordinal)
            && line.EndsWith("; last output: pulling a1b2", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_clock_ends_a_pull()
    {
        await using var server = await StartAsync();

        var error = await Assert.ThrowsAsync<TimeoutException>(
            () => EnsureAsync(server, "endless", Quick with { Timeout = TimeSpan.FromSeconds(5) }));

        Contains("endless is not ready after 5.0 s: the pull has not ended", error.Message);
    }

    [Fact(Timeout = 60_000)]
    public async Task Two_servers_with_one_directory_pull_once()
    {
        await using var one = await StartAsync();
        await using var other = await StartAsync();

        var pulled = await Task.WhenAll(EnsureAsync(one, "slow"), EnsureAsync(other, "slow"));

        Assert.Single(pulled, isPulled => isPulled);
        Assert.Single(Requests("/api/pull"));
    }

    private static OllamaModelOptions Quick => new() { ProgressInterval = Short, Timeout = TimeSpan.FromSeconds(40) };

    private Task<bool> EnsureAsync(ServerProcess server, string model, OllamaModelOptions? options = null) =>
        OllamaModel.EnsureAsync(server, model, options ?? Quick, Logger);

    private Task<ServerProcess> StartAsync()
    {
        Directory.CreateDirectory(Store);
        return ServerProcess.StartAsync(new ServerProcessOptions
        {
            FileName = TestProgram.Path,
            Arguments = ["ollama"],
            Environment = new Dictionary<string, string?> { ["OLLAMA_HOST"] = "127.0.0.1:{port}", ["OLLAMA_MODELS"] = Store },
            Readiness = Readiness.OutputLine("^Listening$"),
            LogDirectory = Root,
            Reap = new ReapOptions { GracePeriod = TimeSpan.Zero },
        });
    }

    private IEnumerable<string> Logged(string path) => Directory.EnumerateFiles(Store, "requests-*.log")
        .SelectMany(File.ReadAllLines).Where(line => line.StartsWith(path, StringComparison.Ordinal));

    private IEnumerable<string> Paths() => Logged("/api").Select(line => line.Split(' ')[0]);

    private List<string> Requests(string path) => [.. Logged(path + " ").Select(line => line[(path.Length + 1)..])];
}
