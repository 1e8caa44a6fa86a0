using System.Runtime.Versioning;
using Xunit;

namespace TestReaper.Tests.Servers.Presets;

/// <summary>Variables that a preset's server would inherit, and that would change it. They are set for the whole process.</summary>
[SupportedOSPlatform("linux")]
[Collection(WholeEnvironment.Name)]
public sealed class PresetEnvironmentTests : PresetServers
{
    private static readonly Dictionary<string, string> Unwanted = new()
    {
        ["HOSTNAME"] = "192.0.2.1",
        ["PORT"] = "1",
        ["MODEL_ID"] = "other/model",
        ["REVISION"] = "other",
        ["API_KEY"] = "inherited-key-1",
        ["SHARDED"] = "false",
        ["NUM_SHARD"] = "7",
        ["SHARD_UDS_PATH"] = "/nonexistent/tgi",
        ["MASTER_ADDR"] = "192.0.2.1",
        ["MASTER_PORT"] = "1",
        ["PROMETHEUS_PORT"] = "1",
        ["UDS_PATH"] = "/nonexistent/tei",
        ["SERVED_MODEL_NAME"] = "other",
        ["TOKENIZER_CONFIG_PATH"] = "/nonexistent/tokenizer",
        ["WEIGHTS_CACHE_OVERRIDE"] = "/nonexistent/weights",
        ["LORA_ADAPTERS"] = "other/adapter",
        ["TRUST_REMOTE_CODE"] = "true",
        ["QUANTIZE"] = "fp8",
        ["DTYPE"] = "float32",
        ["KV_CACHE_DTYPE"] = "fp8_e5m2",
        ["SPECULATE"] = "2",
        ["ROPE_SCALING"] = "dynamic",
        ["ROPE_FACTOR"] = "2",
        ["CUDA_MEMORY_FRACTION"] = "0.1",
        ["CORS_ALLOW_ORIGIN"] = "other",
        ["NGROK"] = "true",
        ["GRACEFUL_TERMINATION_TIMEOUT"] = "900",
        ["DENSE_PATH"] = "other",
        ["POOLING"] = "cls",
        ["DEFAULT_PROMPT"] = "other",
        ["DEFAULT_PROMPT_NAME"] = "other",
        ["AIP_MODE"] = "PREDICTION",
        ["AIP_HTTP_PORT"] = "1",
        ["SGLANG_PORT"] = "1",
        ["SGLANG_ENABLE_HEALTH_ENDPOINT_GENERATION"] = "0",
        ["SGL_FORCE_SHUTDOWN"] = "1",
        ["LMDEPLOY_DIST_MASTER_ADDR"] = "192.0.2.1",
        ["LMDEPLOY_DP_MASTER_PORT"] = "1",
        ["LMDEPLOY_EXECUTOR_BACKEND"] = "ray",
        ["VLLM_HOST_IP"] = "192.0.2.1",
        ["VLLM_DP_RANK"] = "1",
        ["VLLM_PORT"] = "1",
        ["VLLM_RPC_BASE_PATH"] = "/nonexistent",
        ["VLLM_API_KEY"] = "inherited-key-2",
        ["VLLM_WORKER_MULTIPROC_METHOD"] = "fork",
        ["LLAMA_ARG_MODEL"] = "other.gguf",
        ["LLAMA_ARG_HOST"] = "192.0.2.1",
        ["LLAMA_ARG_PORT"] = "1",
        ["LLAMA_ARG_API_PREFIX"] = "/other",
        ["LLAMA_API_KEY"] = "inherited-key-3",
        ["LLAMA_CHAT_TEMPLATE_KWARGS"] = "{}",
        ["LLAMA_OFFLINE"] = "1",
        ["MTMD_BACKEND_DEVICE"] = "CUDA1",
        ["INFINITY_HOST"] = "192.0.2.1",
        ["INFINITY_PORT"] = "1",
        ["INFINITY_URL_PREFIX"] = "/other",
        ["INFINITY_API_KEY"] = "inherited-key-4",
        ["INFINITY_MODEL_ID"] = "other/model",
        ["INFINITY_ANONYMOUS_USAGE_STATS"] = "1",
        ["OLLAMA_HOST"] = "192.0.2.1:1",
        ["OLLAMA_KEEP_ALIVE"] = "5m",
        ["OLLAMA_NUM_PARALLEL"] = "9",
        ["OLLAMA_CONTEXT_LENGTH"] = "1",
        ["OLLAMA_ORIGINS"] = "other",
        ["OLLAMA_MODELS"] = "/my/models",
    };

    [SkippableFact(Timeout = 120_000)]
    public Task Inherited_variables_do_not_change_a_preset() => WithUnwantedAsync(
        () => Task.WhenAll(PresetFacts.Names.Select(preset => RequireUnchangedAsync(preset))));

    /// <summary>Shows that the test above can fail: without the environment of the preset each server reads what it inherits.</summary>
    [SkippableFact(Timeout = 120_000)]
    public Task The_fakes_read_inherited_variables() => WithUnwantedAsync(async () =>
    {
        var seen = await Task.WhenAll(PresetFacts.Names.Select(ReadByAsync));

        Assert.Equal(Unwanted.Keys.Order(StringComparer.Ordinal), seen.SelectMany(names => names).Distinct().Order(StringComparer.Ordinal));
    });

    private async Task RequireUnchangedAsync(string preset)
    {
        var options = Fake(preset);
        await using var server = await StartAsync(options);
        var effective = await EffectiveAsync(server);
        var expected = options.Environment
            .Where(variable => variable.Value is not null && variable.Key != "FAKE_REGISTRY")
            .ToDictionary(one => one.Key, one => one.Value!.Replace("{port}", $"{server.Port}", StringComparison.Ordinal));

        Assert.Equal(expected, Texts(effective["variables"]));
        Assert.Equal("127.0.0.1", (string?)effective["host"]);
        Assert.Equal(server.Port, (int?)effective["port"]);
        Assert.Equal(preset == nameof(ServerPresets.TextGenerationInference) ? 1 : 0, (int?)effective["shards"]);
        Assert.DoesNotContain("revision", Texts(effective["options"]).Keys);
    }

    // The fake writes the names before it refuses the argument.
    private async Task<string[]> ReadByAsync(string preset)
    {
        var options = Fake(preset) with { Environment = new Dictionary<string, string?>(), Readiness = Readiness.OutputLine("never") };
        var failure = await FailAsync(options.WithArguments("--no-such-option"));
        var line = failure.Message.Split('\n').Single(line => line.StartsWith("reads", StringComparison.Ordinal));
        return line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[1..];
    }

    private static async Task WithUnwantedAsync(Func<Task> test)
    {
        var before = Unwanted.Keys.ToDictionary(name => name, Environment.GetEnvironmentVariable);
        try
        {
            foreach (var (name, value) in Unwanted)
            {
                Environment.SetEnvironmentVariable(name, value);
            }

            await test();
        }
        finally
        {
            foreach (var (name, value) in before)
            {
                Environment.SetEnvironmentVariable(name, value);
            }
        }
    }
}
