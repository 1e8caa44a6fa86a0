using TestReaper.Servers.Models;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers.Models;

/// <summary>The tool of the hub exits with 0 in cases where files are missing. Such a model is never recorded as complete.</summary>
[Collection(WholeEnvironment.Name)]
public sealed class HubCompletenessTests : ModelDirectory
{
    private readonly HubServer _hub = new();

    [Theory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Half_a_model_is_refused_while_the_hub_is_down_and_completed_later(bool isCache)
    {
        using var hub = _hub;
        await InterruptAsync(isCache);
        hub.IsDown = true;

        var error = await Assert.ThrowsAsync<ModelFetchException>(() => EnsureAsync(Model(isCache)));

        Contains("answered 503", error.Message);
        Contains("model.safetensors.incomplete was not downloaded to its end", error.Message);
        await RequireCompletionAsync(isCache);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_model_that_lacks_a_file_is_used_with_a_warning_while_the_hub_is_down_and_completed_later(bool isCache)
    {
        using var hub = _hub;
        await StoreConfigAsync(isCache);
        hub.IsDown = true;

        await EnsureAsync(Model(isCache));

        Contains("Whether it is complete is not known, because", Assert.Single(Logger.Warnings));
        await RequireCompletionAsync(isCache);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_that_the_hub_lists_and_the_tool_has_not_stored_is_named(bool isCache)
    {
        using var hub = _hub;
        await StoreConfigAsync(isCache);

        var error = await Assert.ThrowsAsync<ModelFetchException>(() => EnsureAsync(Model(isCache, ("HF_HUB_OFFLINE", "1"))));

        Contains("and model.safetensors of revision main are missing in ", error.Message);
        await RequireCompletionAsync(isCache);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_offline_switches_of_the_caller_are_not_inherited()
    {
        using var hub = _hub;
        await StoreConfigAsync(isCache: true);
        Environment.SetEnvironmentVariable("HF_HUB_OFFLINE", "1");
        try
        {
            await EnsureAsync(Model(isCache: true));
        }
        finally
        {
            Environment.SetEnvironmentVariable("HF_HUB_OFFLINE", null);
        }

        Assert.Contains("/org/model/resolve/main/model.safetensors", hub.Requests);
        Assert.Empty(Logger.Warnings);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("*.ggfu")]
    [InlineData("model.safetensor")]
    public async Task A_name_that_matches_no_file_is_refused(string name)
    {
        using var hub = _hub;

        var error = await Assert.ThrowsAsync<ModelFetchException>(() => EnsureAsync(Model(isCache: true) with { Files = [name] }));

        Contains($"stored no file {name} of revision main", error.Message);
    }

    [Fact(Timeout = 60_000)]
    public async Task Files_in_folders_and_patterns_are_found_in_the_cache()
    {
        using var hub = _hub;
        hub.Files = ["a/one.gguf", "a/two.txt", "three.gguf"];

        var first = await EnsureAsync(Model(isCache: true) with { Files = ["a/*.gguf", "*.bin"] });
        var second = await EnsureAsync(Model(isCache: true) with { Files = ["a/*.gguf", "*.bin"] });
        await EnsureAsync(Model(isCache: true));

        Assert.Equal((true, false), (first.WasFetched, second.WasFetched));
        Assert.Equal(3, hub.Requests.Count);
    }

    [Theory]
    [InlineData("*.gguf", "a/b.gguf", true)]
    [InlineData("*.gguf", "b.ggufx", false)]
    [InlineData("a/", "a/b/c", true)]
    [InlineData("model-?.bin", "model-1.bin", true)]
    [InlineData("model-[!12].bin", "model-1.bin", false)]
    [InlineData("model-[13].bin", "model-3.bin", true)]
    [InlineData("a+b.(c)", "a+b.(c)", true)]
    [InlineData("a.b", "axb", false)]
    [InlineData("[", "[", true)]
    [InlineData("x[]]", "x]", true)]
    public void Names_match_as_for_the_tool(string pattern, string name, bool isMatch)
    {
        using var hub = _hub;

        Assert.Equal(isMatch, new HubNames([pattern]).Filter([name]).Length == 1);
    }

    [Theory]
    [InlineData("HF_HUB_CACHE=/c", "/c")]
    [InlineData("HF_HOME=/h", "/h/hub")]
    [InlineData("HF_HOME=~/h HOME=/home/me", "/home/me/h/hub")]
    [InlineData("HF_HOME=$BASE/h BASE=/b", "/b/h/hub")]
    [InlineData("HF_HUB_CACHE=${BASE}/c/$NO_SUCH_VARIABLE BASE=/b", "/b/c/$NO_SUCH_VARIABLE")]
    [InlineData("XDG_CACHE_HOME=/x HF_HOME= HF_HUB_CACHE=", "/x/huggingface/hub")]
    public void The_cache_is_that_of_the_tool(string variables, string cache)
    {
        using var hub = _hub;
        var model = new HuggingFaceModel("org/model")
        {
            Environment = variables.Split(' ').Select(one => one.Split('=')).ToDictionary(one => one[0], one => (string?)one[1]),
        };

        Assert.Contains($"--cache-dir={cache}", new HuggingFaceStep(model).Arguments());
    }

    private HuggingFaceModel Model(bool isCache, params (string Name, string Value)[] variables) => new("org/model")
    {
        Executable = TestProgram.Path,
        LocalDirectory = isCache ? null : Store,
        Environment = new Dictionary<string, string?>(variables.Select(one => KeyValuePair.Create<string, string?>(one.Name, one.Value)))
        {
            ["HF_ENDPOINT"] = _hub.Address,
            ["HF_HUB_CACHE"] = Path.Combine(Root, "cache"),
            ["TEST_REGISTRY"] = Registry.Directory,
        },
    };

    private Task<StoredModel> EnsureAsync(HuggingFaceModel model, CancellationToken token = default) =>
        ModelStore.EnsureHuggingFaceAsync(model, Options(), Logger, token);

    private async Task InterruptAsync(bool isCache)
    {
        var hold = new TaskCompletionSource();
        _hub.Hold = hold.Task;
        using var cancel = new CancellationTokenSource();
        var step = EnsureAsync(Model(isCache), cancel.Token);
        await Poll.UntilAsync(
            () => Directory.EnumerateFiles(Root, "model.safetensors.incomplete", SearchOption.AllDirectories).Any(), "half a file");
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => step);
        hold.SetResult();
        _hub.Hold = Task.CompletedTask;
    }

    /// <summary>What a download leaves that was killed between two files.</summary>
    private async Task StoreConfigAsync(bool isCache)
    {
        var files = _hub.Files;
        _hub.Files = ["config.json"];
        var stored = await EnsureAsync(Model(isCache));
        Array.ForEach(Directory.GetFiles(stored.Directory, ".testreaper-complete-*"), File.Delete);
        _hub.Files = files;
    }

    private async Task RequireCompletionAsync(bool isCache)
    {
        _hub.IsDown = false;
        Assert.True((await EnsureAsync(Model(isCache))).WasFetched);
        Assert.Single(Directory.GetFiles(Root, "model.safetensors", SearchOption.AllDirectories).Select(Path.GetFileName).Distinct());
        Assert.False((await EnsureAsync(Model(isCache))).WasFetched);
    }
}
