using TestReaper.Servers.Models;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers.Models;

/// <summary>The tool of the hub is the test program, the hub a server of the test.</summary>
public sealed class HuggingFaceTests : ModelDirectory
{
    private readonly HubServer _hub = new();

    [Fact(Timeout = 60_000)]
    public async Task A_repository_is_downloaded_once()
    {
        using var hub = _hub;
        var first = await EnsureAsync(Model());
        var second = await EnsureAsync(Model());

        Assert.Equal((true, false), (first.WasFetched, second.WasFetched));
        Assert.True(first.Bytes >= 2_000_000, $"{first.Bytes} bytes");
        Assert.Equal(["/org/model/resolve/main/config.json", "/org/model/resolve/main/model.safetensors"], hub.Requests);
        Registry.AssertNoneAlive();
    }

    [Fact(Timeout = 60_000)]
    public async Task Other_files_and_other_revisions_of_a_repository_are_downloaded_as_well()
    {
        using var hub = _hub;
        hub.Files = ["a.gguf", "b.gguf"];
        await EnsureAsync(Model() with { Files = ["a.gguf"] });
        await EnsureAsync(Model() with { Files = ["b.gguf"] });
        await EnsureAsync(Model() with { Files = ["b.gguf"], Revision = "v1" });
        await EnsureAsync(Model() with { Files = ["a.gguf"] });

        Assert.Equal(
            ["/org/model/resolve/main/a.gguf", "/org/model/resolve/main/b.gguf", "/org/model/resolve/v1/b.gguf"], hub.Requests);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_refused_token_is_reported_with_the_output_of_the_tool_and_not_shown()
    {
        using var hub = _hub;
        const string Token = "hf_wrongwrongwrong";
        var error = await Assert.ThrowsAsync<ModelFetchException>(() => EnsureAsync(Model(("HF_TOKEN", Token))));

        Assert.Equal(("org/model", 1), (error.Model, error.ExitCode));
        Contains("401 Client Error", error.Message);
        Assert.DoesNotContain(Token, error.ToString() + string.Join('\n', Lines), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_cancelled_download_is_reaped_and_continues_with_the_next_step()
    {
        using var hub = _hub;
        hub.Pause = TimeSpan.FromSeconds(2);
        using var cancel = new CancellationTokenSource();
        var step = ModelStore.EnsureHuggingFaceAsync(Model(), Options(), Logger, cancel.Token);
        await Registry.WaitForAsync(1);
        await Poll.UntilAsync(() => Directory.Exists(Store) && Files().Contains("config.json.incomplete"), "an incomplete file");

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => step);
        Registry.AssertNoneAlive();
        hub.Pause = TimeSpan.Zero;

        Assert.True((await EnsureAsync(Model())).WasFetched);
        Assert.Contains("model.safetensors", Files());
    }

    [Fact(Timeout = 60_000)]
    public async Task The_last_output_of_the_tool_is_a_part_of_the_progress()
    {
        using var hub = _hub;
        var seen = new TaskCompletionSource();
        hub.Hold = seen.Task;

        var step = EnsureAsync(Model());
        await Poll.UntilAsync(
            () => Lines.Any(line => line.Contains("; last output: model.safetensors: ", StringComparison.Ordinal)), "the line of progress");
        seen.SetResult();

        Assert.True((await step).WasFetched);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_missing_tool_is_an_error_with_advice()
    {
        using var hub = _hub;
        var error = await Assert.ThrowsAsync<ModelFetchException>(() => EnsureAsync(Model() with { Executable = "/no/hf" }));

        Contains("HuggingFaceModel.Executable", error.Message);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("", "download org/model --local-dir=/m")]
    [InlineData("a.gguf", "download org/model a.gguf --local-dir=/m")]
    [InlineData("*.gguf", "download org/model --include=*.gguf --local-dir=/m")]
    [InlineData("*.gguf|config.json", "download org/model *.gguf config.json --local-dir=/m")]
    public async Task The_arguments_are_those_of_both_tools(string files, string arguments)
    {
        using var hub = _hub;
        await Task.CompletedTask;
        var model = new HuggingFaceModel("org/model")
        {
            Files = files.Split('|', StringSplitOptions.RemoveEmptyEntries),
            LocalDirectory = "/m",
        };

        Assert.Equal(arguments, string.Join(' ', new HuggingFaceStep(model).Arguments()));
        Assert.EndsWith(
            "/hub/models--org--model", new HuggingFaceStep(model with { LocalDirectory = null }).Key.Directory, StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("")]
    [InlineData("--version")]
    public async Task A_name_that_the_tool_would_read_as_an_option_is_refused(string name)
    {
        using var hub = _hub;
        await Assert.ThrowsAsync<ArgumentException>(() => EnsureAsync(new HuggingFaceModel(name)));
        await Assert.ThrowsAsync<ArgumentException>(() => EnsureAsync(Model() with { Files = [name] }));
    }

    private HuggingFaceModel Model(params (string Name, string Value)[] variables) => new("org/model")
    {
        Executable = TestProgram.Path,
        LocalDirectory = Store,
        Environment = new Dictionary<string, string?>(variables.Select(one => KeyValuePair.Create<string, string?>(one.Name, one.Value)))
        {
            ["HF_ENDPOINT"] = _hub.Address,
            ["TEST_REGISTRY"] = Registry.Directory,
        },
    };

    private Task<StoredModel> EnsureAsync(HuggingFaceModel model) => ModelStore.EnsureHuggingFaceAsync(model, Options(), Logger);

    private IEnumerable<string> Files() => Directory.EnumerateFiles(Store).Select(Path.GetFileName).OfType<string>();
}
