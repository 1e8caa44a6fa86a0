using TestReaper.Servers.Presets;

namespace TestReaper;

/// <summary>
/// Options for inference servers: the command line, allocated ports, readiness, environment, start-up and grace times of each. Change them
/// by <c>with</c>, <see cref="ServerProcessOptions.WithArguments"/> and
/// <see cref="ServerProcessOptions.WithEnvironment(string, string)"/>, which keep what the preset sets.
/// </summary>
/// <remarks>
/// <para>
/// Each preset listens on 127.0.0.1, allocates all ports that the server would otherwise share with another one, and removes the
/// inherited variables that would change its address, its model or who may call it. Model caches and tokens are inherited.
/// </para>
/// <para>
/// A preset leases no GPU: add <c>with { Gpu = new GpuRequirement(2) }</c>. <see cref="ServerProcessOptions.GpuDeviceFormat"/> has the form
/// of devices that the server accepts.
/// </para>
/// <para>docs/presets.md lists each setting with its reason and the source file of the server from which it was read.</para>
/// </remarks>
public static class ServerPresets
{
    private const string Port = "{port}", Loopback = "127.0.0.1", OllamaModels = "OLLAMA_MODELS";

    /// <summary>sglang: <c>python3 -m sglang.launch_server</c>. Ready when it has generated a token.</summary>
    /// <param name="model">A directory, or a name on the hub.</param>
    /// <exception cref="ArgumentException"><paramref name="model"/> is empty.</exception>
    public static ServerProcessOptions Sglang(string model) => Preset.Create(
        "python3", ["-m", "sglang.launch_server", "--model-path", Preset.Required(model), "--host", Loopback, "--port", Port,
            "--nccl-port", "{port:nccl}"],
        startupTimeout: 600, gracePeriod: 30,
        removed: ["SGLANG_PORT", "SGLANG_ENABLE_HEALTH_ENDPOINT_GENERATION", "SGL_FORCE_SHUTDOWN"]) with
    {
        // A request takes 1 to 20 s, because the server generates a token.
        Readiness = Readiness.Http("/health", new HttpProbeOptions { RequestTimeout = TimeSpan.FromSeconds(25) }),
        PortBlocks = new Dictionary<string, PortBlock> { ["port"] = new PortBlock(8) { Offset = 233 } },
        PrivateTemp = true,
        GpuDeviceFormat = GpuDeviceFormat.Index,
    };

    /// <summary>vLLM: <c>vllm serve</c>. Ready when the engine runs.</summary>
    /// <inheritdoc cref="Sglang" path="/param|/exception"/>
    public static ServerProcessOptions Vllm(string model) => Preset.Create(
        "vllm", ["serve", Preset.Required(model), "--host", Loopback, "--port", Port],
        startupTimeout: 600, gracePeriod: 30,
        removed: ["VLLM_PORT", "VLLM_RPC_BASE_PATH", "VLLM_API_KEY", "VLLM_HOST_IP", "VLLM_DP_*"])
        .WithEnvironment("VLLM_WORKER_MULTIPROC_METHOD", "spawn") with
    {
        PrivateTemp = true,
        GpuDeviceFormat = GpuDeviceFormat.Index,
    };

    /// <summary>llama.cpp: <c>llama-server</c>. Ready when the model is loaded.</summary>
    /// <param name="modelFile">The GGUF file.</param>
    /// <exception cref="ArgumentException"><paramref name="modelFile"/> is empty.</exception>
    public static ServerProcessOptions LlamaCpp(string modelFile) => Preset.Create(
        "llama-server", ["-m", Preset.Required(modelFile), "--host", Loopback, "--port", Port],
        startupTimeout: 300, gracePeriod: 10,
        removed: ["LLAMA_ARG_*", "LLAMA_API_KEY", "LLAMA_CHAT_*", "LLAMA_OFFLINE", "MTMD_*"]);

    /// <summary>
    /// Ollama: <c>ollama serve</c>. Ready when it answers, before a model is loaded: pull and load one afterwards. The models are those of
    /// the inherited OLLAMA_MODELS, else of ~/.ollama; HOME must be writable.
    /// </summary>
    public static ServerProcessOptions Ollama()
    {
        var options = Preset.Create(
            "ollama", ["serve"], startupTimeout: 60, gracePeriod: 10, readyPath: "/api/version", removed: ["OLLAMA_*"])
            .WithEnvironment(new Dictionary<string, string?>
            {
                ["OLLAMA_HOST"] = $"{Loopback}:{Port}",
                ["OLLAMA_KEEP_ALIVE"] = "-1",
                ["OLLAMA_CONTEXT_LENGTH"] = "4096",
                ["OLLAMA_NO_CLOUD"] = "1",
                ["OLLAMA_NOPRUNE"] = "1",
            });
        return Environment.GetEnvironmentVariable(OllamaModels) is { Length: > 0 } models
            ? options.WithEnvironment(OllamaModels, models)
            : options;
    }

    /// <summary>
    /// Text Generation Inference: <c>text-generation-launcher</c>, one shard for each leased GPU. Ready when the shards are.
    /// </summary>
    /// <inheritdoc cref="Sglang" path="/param|/exception"/>
    public static ServerProcessOptions TextGenerationInference(string model) => Preset.Create(
        "text-generation-launcher",
        [
            "--model-id", Preset.Required(model), "--hostname", Loopback, "--port", Port, "--num-shard", "{gpus}",
            "--master-port", "{port:master}", "--prometheus-port", "{port:prometheus}", "--shard-uds-path", "{tmp}/tgi",
        ],
        startupTimeout: 600, gracePeriod: 190,
        removed:
        [
            "HOSTNAME", "PORT", "MODEL_ID", "NUM_SHARD", "SHARD_UDS_PATH", "MASTER_PORT", "PROMETHEUS_PORT", "MASTER_ADDR", "SHARDED",
            "REVISION", "TOKENIZER_CONFIG_PATH", "WEIGHTS_CACHE_OVERRIDE", "LORA_ADAPTERS", "TRUST_REMOTE_CODE",
            "QUANTIZE", "DTYPE", "KV_CACHE_DTYPE", "SPECULATE", "ROPE_SCALING", "ROPE_FACTOR", "CUDA_MEMORY_FRACTION",
            "API_KEY", "CORS_ALLOW_ORIGIN", "NGROK", "GRACEFUL_TERMINATION_TIMEOUT",
        ]) with
    {
        PrivateTemp = true,
    };

    /// <summary>Triton: <c>tritonserver</c>. Ready when all models of the repository are loaded.</summary>
    /// <param name="modelRepository">The directory of the models.</param>
    /// <exception cref="ArgumentException"><paramref name="modelRepository"/> is empty.</exception>
    public static ServerProcessOptions Triton(string modelRepository) => Preset.Create(
        "tritonserver",
        [
            "--model-repository", Preset.Required(modelRepository), "--http-address", Loopback, "--http-port", Port,
            "--grpc-address", Loopback, "--grpc-port", "{port:grpc}", "--metrics-port", "{port:metrics}",
        ],
        startupTimeout: 300, gracePeriod: 40, readyPath: "/v2/health/ready", removed: ["AIP_*"]);

    /// <summary>TensorRT-LLM: <c>trtllm-serve</c>. Ready when the executor runs.</summary>
    /// <inheritdoc cref="Sglang" path="/param|/exception"/>
    public static ServerProcessOptions TensorRtLlm(string model) => Preset.Create(
        "trtllm-serve", [Preset.Required(model), "--host", Loopback, "--port", Port], startupTimeout: 900, gracePeriod: 60);

    /// <summary>LMDeploy: <c>lmdeploy serve api_server</c>. Ready when the engine runs.</summary>
    /// <inheritdoc cref="Sglang" path="/param|/exception"/>
    public static ServerProcessOptions LmDeploy(string model) => Preset.Create(
        "lmdeploy", ["serve", "api_server", Preset.Required(model), "--server-name", Loopback, "--server-port", Port],
        startupTimeout: 600, gracePeriod: 30, removed: ["LMDEPLOY_DIST_*", "LMDEPLOY_DP_*", "LMDEPLOY_EXECUTOR_BACKEND"]);

    /// <summary>Text Embeddings Inference: <c>text-embeddings-router</c>. Ready when the backend is.</summary>
    /// <inheritdoc cref="Sglang" path="/param|/exception"/>
    public static ServerProcessOptions TextEmbeddingsInference(string model) => Preset.Create(
        "text-embeddings-router",
        [
            "--model-id", Preset.Required(model), "--hostname", Loopback, "--port", Port,
            "--prometheus-port", "{port:prometheus}", "--uds-path", "{tmp}/tei",
        ],
        startupTimeout: 300, gracePeriod: 10,
        removed:
        [
            "HOSTNAME", "PORT", "MODEL_ID", "UDS_PATH", "PROMETHEUS_PORT", "AIP_*", "REVISION", "DENSE_PATH",
            "DTYPE", "POOLING", "DEFAULT_PROMPT", "DEFAULT_PROMPT_NAME", "SERVED_MODEL_NAME", "API_KEY", "CORS_ALLOW_ORIGIN",
        ]) with
    {
        PrivateTemp = true,
    };

    /// <summary>Infinity: <c>infinity_emb v2</c>. Ready when it answers.</summary>
    /// <inheritdoc cref="Sglang" path="/param|/exception"/>
    public static ServerProcessOptions Infinity(string model) => Preset.Create(
        "infinity_emb", ["v2", "--model-id", Preset.Required(model), "--host", Loopback, "--port", Port],
        startupTimeout: 300, gracePeriod: 10, removed: ["INFINITY_*"])
        .WithEnvironment("INFINITY_ANONYMOUS_USAGE_STATS", "0");
}
