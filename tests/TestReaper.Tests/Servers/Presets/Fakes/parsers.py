"""The command lines of real inference servers, as far as users write them. Sources: src/TestReaper/Servers/Presets/presets.json."""

import os
import sys

# A group of aliases is one option. The first name, without dashes, is its key. "exit" is the code after a usage error.
# "env" names the variables that options fall back to. "reads" are variables that change the server beside options.
SERVERS = {
    "python3": dict(
        words=["-m", "sglang.launch_server"], exit=2, model="model-path",
        values="--model-path|--model --host --port --nccl-port --tp-size|--tensor-parallel-size|--tp --mem-fraction-static --dist-init-addr"
               "|--nccl-init-addr --api-key --dp-size|--data-parallel-size|--dp --config --gated-launch-port --context-length --dtype",
        flags="--enable-dp-attention --trust-remote-code", default=dict(host="127.0.0.1", port="30000"),
        reads=["SGLANG_PORT", "SGLANG_ENABLE_HEALTH_ENDPOINT_GENERATION", "SGL_FORCE_SHUTDOWN"]),
    "vllm": dict(
        words=["serve"], exit=2, model="", positional=True,
        values="--host --port --uds --tensor-parallel-size|-tp --gpu-memory-utilization --kv-cache-memory-bytes --api-key --seed"
               " --shutdown-timeout --api-server-count|-asc --config --max-model-len --dtype --data-parallel-rpc-port",
        flags="--headless --enforce-eager --trust-remote-code", default=dict(host="0.0.0.0", port="8000"),
        env={"api-key": "VLLM_API_KEY"},
        reads=["VLLM_PORT", "VLLM_RPC_BASE_PATH", "VLLM_API_KEY", "VLLM_WORKER_MULTIPROC_METHOD", "VLLM_HOST_IP", "VLLM_DP_*"]),
    "llama-server": dict(
        words=[], exit=1, model="model",
        values="--model|-m --hf-repo|-hf|-hfr --host --port --n-gpu-layers|-ngl|--gpu-layers --split-mode|-sm --tensor-split|-ts"
               " --main-gpu|-mg --api-key --log-file --ctx-size|-c --api-prefix",
        flags="--offline --no-warmup", default=dict(host="127.0.0.1", port="8080"),
        env={"model": "LLAMA_ARG_MODEL", "host": "LLAMA_ARG_HOST", "port": "LLAMA_ARG_PORT", "n-gpu-layers": "LLAMA_ARG_N_GPU_LAYERS",
             "api-key": "LLAMA_API_KEY", "api-prefix": "LLAMA_ARG_API_PREFIX", "log-file": "LLAMA_ARG_LOG_FILE"},
        reads=["LLAMA_ARG_*", "LLAMA_API_KEY", "LLAMA_CHAT_TEMPLATE_KWARGS", "LLAMA_OFFLINE", "MTMD_BACKEND_DEVICE"]),
    "ollama": dict(
        words=["serve"], exit=1, model=None, values="", flags="", default={},
        reads=["OLLAMA_*"]),
    "text-generation-launcher": dict(
        words=[], exit=2, once=True, model="model-id",
        values="--model-id --revision --hostname --port|-p --prometheus-port --num-shard --sharded --shard-uds-path --master-addr"
               " --master-port --cuda-memory-fraction --api-key --graceful-termination-timeout|-g --huggingface-hub-cache --quantize"
               " --dtype --max-input-tokens --max-total-tokens",
        flags="--json-output --trust-remote-code",
        default={"model-id": "bigscience/bloom-560m", "hostname": "0.0.0.0", "port": "3000", "prometheus-port": "9000",
                 "shard-uds-path": "/tmp/text-generation-server", "master-addr": "localhost", "master-port": "29500"},
        env="upper",
        reads=["HOSTNAME", "PORT", "MODEL_ID", "REVISION", "API_KEY", "SHARDED", "NUM_SHARD", "SHARD_UDS_PATH", "MASTER_ADDR",
               "MASTER_PORT", "PROMETHEUS_PORT", "TOKENIZER_CONFIG_PATH", "WEIGHTS_CACHE_OVERRIDE", "LORA_ADAPTERS", "TRUST_REMOTE_CODE",
               "QUANTIZE", "DTYPE", "KV_CACHE_DTYPE", "SPECULATE", "ROPE_SCALING", "ROPE_FACTOR", "CUDA_MEMORY_FRACTION",
               "CORS_ALLOW_ORIGIN", "NGROK", "GRACEFUL_TERMINATION_TIMEOUT"]),
    "tritonserver": dict(
        words=[], exit=1, model="model-repository",
        values="--model-repository|--model-store --http-address --http-port --grpc-address --grpc-port --allow-grpc --metrics-port"
               " --metrics-address --allow-metrics --strict-readiness --exit-on-error --exit-timeout-secs --model-control-mode --load-model"
               " --pinned-memory-pool-byte-size --cuda-memory-pool-byte-size --http-restricted-api --log-verbose",
        flags="", default={"http-address": "0.0.0.0", "http-port": "8000", "grpc-address": "0.0.0.0", "grpc-port": "8001",
                           "metrics-port": "8002"},
        reads=["AIP_*"]),
    "trtllm-serve": dict(
        words=[], exit=2, model="", positional=True,
        values="--host --port --backend --tensor_parallel_size|--tp_size --free_gpu_memory_fraction|--kv_cache_free_gpu_memory_fraction"
               " --config|--extra_llm_api_options --gpus_per_node --max_batch_size",
        flags="--trust_remote_code", default=dict(host="localhost", port="8000"),
        reads=[]),
    "lmdeploy": dict(
        words=["serve", "api_server"], exit=2, model="", positional=True,
        values="--server-name --server-port --tp --cache-max-entry-count --api-keys --distributed-executor-backend --dist-init-addr"
               " --session-len --backend",
        flags="--allow-terminate-by-client", default={"server-name": "0.0.0.0", "server-port": "23333"},
        reads=["LMDEPLOY_DIST_*", "LMDEPLOY_DP_*", "LMDEPLOY_EXECUTOR_BACKEND"]),
    "text-embeddings-router": dict(
        words=[], exit=2, once=True, model="model-id",
        values="--model-id --revision --served-model-name --hostname --port|-p --prometheus-port --uds-path --api-key"
               " --huggingface-hub-cache --dtype --pooling --max-batch-tokens",
        flags="--auto-truncate --json-output",
        default={"hostname": "0.0.0.0", "port": "3000", "prometheus-port": "9000", "uds-path": "/tmp/text-embeddings-inference-server"},
        env="upper",
        reads=["HOSTNAME", "PORT", "MODEL_ID", "REVISION", "SERVED_MODEL_NAME", "API_KEY", "UDS_PATH", "PROMETHEUS_PORT", "AIP_*",
               "DENSE_PATH", "DTYPE", "POOLING", "DEFAULT_PROMPT", "DEFAULT_PROMPT_NAME", "CORS_ALLOW_ORIGIN"]),
    "infinity_emb": dict(
        words=["v2"], exit=2, model="model-id",
        values="--model-id --served-model-name --host --port --api-key --device --device-id --url-prefix --batch-size --dtype --engine",
        flags="--trust-remote-code|--no-trust-remote-code",
        default={"model-id": "michaelfeil/bge-small-en-v1.5", "host": "0.0.0.0", "port": "7997", "url-prefix": ""},
        env="INFINITY_",
        reads=["INFINITY_*"]),
}


def refuse(name, text):
    """Ends as the real parser does after a usage error."""
    print(f"usage: {name} {' '.join(SERVERS[name]['words'])} [options]\n{name}: error: {text}", file=sys.stderr, flush=True)
    sys.exit(SERVERS[name]["exit"])


def aliases(text):
    return {name: group.split("|")[0].lstrip("-") for group in text.split() for name in group.split("|")}


def variable(spec, key):
    """The environment variable of an option; None if it has none."""
    env = spec.get("env", {})
    if isinstance(env, dict):
        return env.get(key)
    return ("" if env == "upper" else env) + key.upper().replace("-", "_")


def parse(name, argv):
    """Returns the options by key: defaults, overridden by variables, overridden by arguments. The key of a positional model is ''."""
    spec = SERVERS[name]
    words = spec["words"]
    if argv[:len(words)] != words:
        refuse(name, f"expected {' '.join(words)}")
    values, flags, given = aliases(spec["values"]), aliases(spec["flags"]), {}
    rest = list(argv[len(words):])
    while rest:
        word = rest.pop(0)
        option, equals, value = word.partition("=")
        if option in values:
            if not equals:
                if not rest or rest[0].startswith("--"):
                    refuse(name, f"argument {option}: expected one argument")
                value = rest.pop(0)
            key = values[option]
        elif word in flags:
            key, value = flags[word], "true"
        elif spec.get("positional") and not word.startswith("-") and "" not in given:
            key, value = "", word
        else:
            refuse(name, f"unrecognized arguments: {word}")
        if spec.get("once") and key in given:
            refuse(name, f"the argument '--{key}' cannot be used multiple times")
        given[key] = value
    result = dict(spec["default"])
    for key in set(values.values()):
        if (name_of_variable := variable(spec, key)) and name_of_variable in os.environ:
            result[key] = os.environ[name_of_variable]
    result.update(given)
    if spec["model"] is not None and not result.get(spec["model"]):
        refuse(name, "the model is required")
    return result


def read_variables(name):
    """The variables that are set and that the real server reads."""
    def is_read(variable):
        return any(variable.startswith(read[:-1]) if read.endswith("*") else variable == read for read in SERVERS[name]["reads"])
    return {variable: value for variable, value in sorted(os.environ.items()) if is_read(variable)}
