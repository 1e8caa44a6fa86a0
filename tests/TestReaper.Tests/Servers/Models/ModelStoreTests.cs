using TestReaper.Servers.Models;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers.Models;

/// <summary>One process and a fetch of its own.</summary>
public sealed class ModelStoreTests : ModelDirectory
{
    private int _fetches;

    [Fact(Timeout = 60_000)]
    public async Task A_complete_model_is_not_fetched_again()
    {
        var first = await EnsureAsync(WriteAsync);
        var second = await EnsureAsync(WriteAsync);

        Assert.Equal(new StoredModel(Store, true, second.Bytes), first);
        Assert.False(second.WasFetched);
        Assert.True(second.Bytes >= 5);
        Assert.Equal(1, _fetches);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_fetch_that_failed_halfway_runs_again_with_what_it_has_left()
    {
        await Assert.ThrowsAsync<HttpRequestException>(() => EnsureAsync(async (context, token) =>
        {
            await WriteAsync(context, token);
            throw new HttpRequestException("reset");
        }));

        var found = "";
        var stored = await EnsureAsync(async (context, token) =>
        {
            found = await File.ReadAllTextAsync(Path.Combine(context.Directory, "weights"), token);
            await WriteAsync(context, token);
        });

        Assert.True(stored.WasFetched);
        Assert.Equal("12345", found);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(null)]
    [InlineData("1234")]
    public async Task A_model_whose_file_was_removed_or_cut_is_fetched_again(string? content)
    {
        await EnsureAsync(WriteAsync);
        File.Delete(Weights);
        if (content is not null)
        {
            await File.WriteAllTextAsync(Weights, content);
        }

        Assert.True((await EnsureAsync(WriteAsync)).WasFetched);
        Assert.False((await EnsureAsync(WriteAsync)).WasFetched);
        Assert.Equal(2, _fetches);
    }

    [Fact(Timeout = 60_000)]
    public async Task Another_model_in_the_same_directory_is_fetched()
    {
        await EnsureAsync(WriteAsync);

        var other = await ModelStore.EnsureAsync("other", WriteAsync, Options(), Logger);

        Assert.True(other.WasFetched);
    }

    [Fact(Timeout = 60_000)]
    public async Task Two_steps_at_the_same_time_fetch_once()
    {
        var waits = new TaskCompletionSource();
        async Task FetchAsync(ModelContext context, CancellationToken token)
        {
            await waits.Task;
            await WriteAsync(context, token);
        }

        var steps = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => EnsureAsync(FetchAsync))));
        await Poll.UntilAsync(
            () => Lines.Any(line => line.StartsWith("Waiting for this process, which fetches test: ", StringComparison.Ordinal)),
            "a step that waits");
        waits.SetResult();
        var stored = await steps;

        Assert.Equal(1, _fetches);
        Assert.Single(stored, model => model.WasFetched);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_fetch_that_stores_nothing_is_an_error()
    {
        var error = await Assert.ThrowsAsync<ModelFetchException>(() => EnsureAsync((_, _) => Task.CompletedTask));

        Contains(Store, error.Message);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_clock_cancels_the_fetch_and_frees_the_lock()
    {
        var error = await Assert.ThrowsAsync<TimeoutException>(
            () => EnsureAsync((_, token) => Task.Delay(Timeout.Infinite, token), timeout: TimeSpan.FromMilliseconds(300)));

        Contains("test is not complete after 0.300 s: its fetch did not end", error.Message);
        Assert.True((await EnsureAsync(WriteAsync)).WasFetched);
    }

    /// <summary>Another process must not write beside it.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_fetch_that_ignores_its_token_is_abandoned_and_keeps_the_lock_until_it_ends()
    {
        var end = new TaskCompletionSource();
        var fetch = new ModelFetch(new ModelKey("test", Store), Options(Short * 3), Logger) { Abandonment = Short };

        await Assert.ThrowsAsync<TimeoutException>(() => fetch.RunAsync((_, _) => end.Task, CancellationToken.None));
        var blocked = await Assert.ThrowsAsync<TimeoutException>(() => EnsureAsync(WriteAsync, timeout: Short * 3));
        end.SetResult();

        Contains("another fetch into this directory has not ended", blocked.Message);
        Assert.True((await EnsureAsync(WriteAsync)).WasFetched);
    }

    [Fact(Timeout = 60_000)]
    public async Task Cancelling_ends_the_step_and_reaps_the_command_with_its_tree()
    {
        using var cancel = new CancellationTokenSource();
        var step = ModelStore.EnsureAsync(
            "test",
            (context, token) => context.RunAsync(
                TestProgram.Path,
                ["--registry", Registry.Directory, "--role", "tool", "--children", "2", "--daemon", "--ignore-term"],
                environment: null,
                token),
            Options(),
            Logger,
            cancel.Token);
        await Registry.WaitForAsync(4);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => step);
        Registry.AssertNoneAlive();
    }

    [Fact(Timeout = 60_000)]
    public async Task Progress_lines_say_how_much_is_stored_and_how_fast_it_grows()
    {
        await EnsureAsync(async (context, token) =>
        {
            for (var i = 0; i < 10; i++)
            {
                await File.AppendAllTextAsync(Weights, new string('x', 1 << 20), token);
                await Task.Delay(50, token);
            }
        });

        var lines = Lines.Where(line => line.StartsWith("Fetching test: ", StringComparison.Ordinal)).ToList();
        Assert.True(lines.Count >= 2, string.Join('\n', Lines));
        var pattern = $"^Fetching test: [0-9.]+ [KM]iB in {Store}, [0-9.]+ [KM]iB/s, [0-9.]+ s of 40.0 s$";
        Assert.All(lines, line => Assert.Matches(pattern, line));
        Assert.Contains(lines, line => line.Contains("MiB/s", StringComparison.Ordinal));
        Assert.Contains(Lines, line => line.StartsWith("test is complete after ", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_command_that_fails_is_named_with_its_exit_code_and_its_output_without_secrets()
    {
        const string Secret = "hf_abcdefghijklmnop";
        var variables = new Dictionary<string, string?> { ["HF_TOKEN"] = Secret };
        string[] arguments = ["-c", "echo one; echo \"token $HF_TOKEN\" >&2; exit 7"];
        var error = await Assert.ThrowsAsync<ModelFetchException>(
            () => EnsureAsync((context, token) => context.RunAsync("sh", arguments, variables, token)));

        Assert.Equal(("test", 7), (error.Model, error.ExitCode));
        Assert.Equal(2, error.OutputTail.Count);
        Contains("exited with code 7", error.Message);
        Contains("token ", error.Message);
        Assert.DoesNotContain(Secret, error.ToString(), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_command_that_does_not_exist_is_named()
    {
        var error = await Assert.ThrowsAsync<ModelFetchException>(
            () => EnsureAsync((context, token) => context.RunAsync("no-such-tool", [], null, token)));

        Contains("no-such-tool", error.Message);
        Assert.Null(error.ExitCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task Bad_input_is_refused_before_anything_happens()
    {
        await Assert.ThrowsAsync<ArgumentNullException>(() => ModelStore.EnsureAsync(null!, WriteAsync));
        await Assert.ThrowsAsync<ArgumentException>(() => ModelStore.EnsureAsync(" ", WriteAsync));
        await Assert.ThrowsAsync<ArgumentNullException>(() => ModelStore.EnsureAsync("test", null!));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => EnsureAsync(WriteAsync, TimeSpan.Zero));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => ModelStore.EnsureAsync("test", WriteAsync, Options() with { ProgressInterval = Timeout.InfiniteTimeSpan }));
        Assert.False(Directory.Exists(Store));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_offline_switch_keeps_what_the_options_set()
    {
        await Task.CompletedTask;
        var options = new ServerProcessOptions
        {
            FileName = "server",
            Environment = new Dictionary<string, string?> { ["A"] = "1", ["HF_HUB_OFFLINE"] = null },
        };

        Assert.Equal(
            [new("A", "1"), new("HF_HUB_OFFLINE", null), new("TRANSFORMERS_OFFLINE", "1")],
            ModelStore.Offline(options).Environment.OrderBy(variable => variable.Key, StringComparer.Ordinal));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("llama.gguf", "^llama.gguf$")]
    [InlineData("Qwen/Qwen3-0.6B", "^Qwen-Qwen3-0.6B-[0-9a-f]{8}$")]
    [InlineData("../../etc", "^-..-etc-[0-9a-f]{8}$")]
    [InlineData(".", "^-[0-9a-f]{8}$")]
    public async Task The_default_directory_is_one_component_below_the_cache(string name, string pattern)
    {
        await Task.CompletedTask;
        var directory = ModelDirectories.Default(name);

        Assert.Matches(pattern, Path.GetFileName(directory));
        Assert.EndsWith("/testreaper/models", Path.GetDirectoryName(directory), StringComparison.Ordinal);
    }

    private Task<StoredModel> EnsureAsync(Func<ModelContext, CancellationToken, Task> fetch, TimeSpan? timeout = null) =>
        ModelStore.EnsureAsync("test", fetch, Options(timeout), Logger);

    private Task WriteAsync(ModelContext context, CancellationToken token)
    {
        Interlocked.Increment(ref _fetches);
        return File.WriteAllTextAsync(Path.Combine(context.Directory, "weights"), "12345", token);
    }
}
