"""Stands for a real inference server: the same options and variables, ports, answers while it starts, files, processes and stop.

usage: fake_server.py NAME [arguments of the real server]
FAKE_REGISTRY names the directory of the test's process registry. GET /effective answers with what the server was given.
"""

import fcntl
import http.server
import json
import os
import signal
import socket
import sys
import tempfile
import threading
import time
import uuid

import parsers

LOAD_SECONDS = 0.5

# opens: early (before the model is loaded), late, or bound (bound early, listens late).
BEHAVIOR = {
    "python3": dict(opens="late", warms_up=True, busy=503, answer_seconds=1.0, health="/health", workers=["scheduler", "detokenizer"]),
    "vllm": dict(opens="late", busy=503, health="/health", workers=["engine"]),
    "llama-server": dict(opens="early", busy=503, health="/health", workers=[]),
    "ollama": dict(opens="early", busy=200, health="/api/version", workers=[]),
    "text-generation-launcher": dict(opens="late", busy=503, health="/health", workers=["router"]),
    "tritonserver": dict(opens="late", busy=400, health="/v2/health/ready", workers=["stub"], dies_while_loading=True),
    "trtllm-serve": dict(opens="bound", busy=503, health="/health", workers=["mpi"]),
    "lmdeploy": dict(opens="late", busy=503, health="/health", workers=["engine"]),
    "text-embeddings-router": dict(opens="late", busy=503, health="/health", workers=["python"]),
    "infinity_emb": dict(opens="late", busy=503, health="/health", workers=[]),
}


def register(role):
    """Holds a locked file ROLE-PID-STARTTIME until this process ends."""
    if not (directory := os.environ.get("FAKE_REGISTRY")):
        return
    with open("/proc/self/stat") as stat:
        start = stat.read().rpartition(")")[2].split()[19]
    hidden = os.path.join(directory, f".{role}-{os.getpid()}")
    descriptor = os.open(hidden, os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    os.rename(hidden, os.path.join(directory, f"{role}-{os.getpid()}-{start}"))


def start_worker(role, own_group):
    """A child in a session of its own, or in a group of its own. It has no handler for SIGTERM."""
    pid = os.fork()
    if pid == 0:
        os.setpgid(0, 0) if own_group else os.setsid()
        register(role)
        while True:
            signal.pause()
    return pid


class Fake:
    def __init__(self, name, options):
        self.name, self.options, self.behavior = name, options, BEHAVIOR[name]
        spec = parsers.SERVERS[name]
        get = options.get
        self.model = None if spec["model"] is None else options[spec["model"]]
        self.key = get("api-key") or get("api-keys")
        self.prefix = (get("api-prefix") or get("url-prefix") or "")
        if name == "ollama":
            host, _, port = os.environ.get("OLLAMA_HOST", "127.0.0.1:11434").rpartition(":")
        else:
            host = next(options[key] for key in ("host", "hostname", "http-address", "server-name") if key in options)
            port = next(options[key] for key in ("port", "http-port", "server-port") if key in options)
        self.host, self.port = host, int(port)
        self.shards = 0
        self.files, self.extra, self.sockets, self.workers = [], {}, [], []
        self.ready = threading.Event()
        self.stopping = threading.Event()

    def check_model(self):
        if self.name == "llama-server" and not os.path.isfile(self.model):
            sys.exit(f"error: failed to open GGUF file '{self.model}'")
        if self.name == "tritonserver" and not os.path.isdir(self.model):
            sys.exit(f"error: failed to stat file {self.model}")

    def take_ports(self):
        """Binds what the server uses beside its own port. A port in use ends the server, as it does the real one."""
        names = ["nccl-port", "master-port", "prometheus-port", "grpc-port", "metrics-port"]
        self.extra = {name: int(self.options[name]) for name in names if name in self.options}
        if "enable-dp-attention" in self.options:
            self.extra.update({f"zmq-{offset}": self.port + offset for offset in range(233, 241)})
        if "VLLM_PORT" in os.environ and self.name == "vllm":
            self.extra["VLLM_PORT"] = int(os.environ["VLLM_PORT"])
        for name, port in self.extra.items():
            address = self.options.get("grpc-address", self.host) if name == "grpc-port" else self.host
            try:
                self.sockets.append(listener := socket.create_server((address, port)))
                listener.listen()
            except OSError as error:
                sys.exit(f"error: {name} {port}: {error}")

    def bind_file(self, path):
        if os.path.exists(path):
            os.unlink(path)
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(path)
        self.sockets.append(listener)
        self.files.append(path)

    def write_files(self):
        if self.name == "python3":
            for _ in range(5):
                self.files.append(tempfile.NamedTemporaryFile(delete=False).name)
        elif self.name == "vllm":
            directory = os.environ.get("VLLM_RPC_BASE_PATH", tempfile.gettempdir())
            self.bind_file(os.path.join(directory, str(uuid.uuid4())))
        elif self.name == "text-generation-launcher":
            count = int(self.options.get("num-shard", 1 + os.environ.get("CUDA_VISIBLE_DEVICES", "").count(",")))
            self.shards = 1 if self.options.get("sharded") == "false" else count
            for rank in range(self.shards):
                self.bind_file(f"{self.options['shard-uds-path']}-{rank}")
        elif self.name == "text-embeddings-router":
            self.bind_file(self.options["uds-path"])

    def start_workers(self):
        roles = self.behavior["workers"] + [f"shard-{rank}" for rank in range(self.shards)]
        self.workers = [start_worker(role, self.name == "text-generation-launcher") for role in roles]
        register("root")

    def answer(self, path, authorization):
        if path == self.prefix + self.behavior["health"]:
            if not self.ready.is_set() or self.stopping.is_set():
                return self.behavior["busy"], dict(error=dict(message="Loading model"))
            time.sleep(self.behavior.get("answer_seconds", 0))
            return 200, dict(status="ok")
        if self.key and authorization != f"Bearer {self.key}":
            return 401, dict(error="Unauthorized")
        if path != "/effective":
            return 404, dict(error="Not Found")
        return 200, dict(
            host=self.host, port=self.port, model=self.model, extra=self.extra, shards=self.shards, files=self.files,
            variables=parsers.read_variables(self.name), options=self.options)

    def serve(self):
        fake = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                status, body = fake.answer(self.path, self.headers.get("Authorization"))
                text = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *arguments):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request, client_address):
                pass

        server = Server((self.host, self.port), Handler, bind_and_activate=False)
        opens = self.behavior["opens"]
        if opens == "late":
            time.sleep(LOAD_SECONDS)
        server.server_bind()
        if opens == "bound":
            time.sleep(LOAD_SECONDS)
        server.server_activate()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        if opens == "early" or self.behavior.get("warms_up"):
            time.sleep(LOAD_SECONDS)
        self.ready.set()
        print(f"{self.name} is ready on {self.host}:{self.port}", flush=True)

    def stop(self):
        """sglang looks for the signal from time to time and then kills its own tree. The other ones stop their children and exit."""
        is_sglang = self.name == "python3"
        if is_sglang:
            time.sleep(LOAD_SECONDS)
        for pid in self.workers:
            os.kill(pid, signal.SIGKILL if is_sglang else signal.SIGTERM)
            os.waitpid(pid, 0)
        if is_sglang:
            os.kill(os.getpid(), signal.SIGKILL)
        os._exit(0)


def main():
    name, *argv = sys.argv[1:]
    print(f"reads {' '.join(parsers.read_variables(name))}", flush=True)
    fake = Fake(name, parsers.parse(name, argv))
    fake.check_model()
    fake.take_ports()
    fake.write_files()
    fake.start_workers()
    if not fake.behavior.get("dies_while_loading"):
        signal.signal(signal.SIGTERM, lambda *_: fake.stopping.set())
    fake.serve()
    signal.signal(signal.SIGTERM, lambda *_: fake.stopping.set())
    while not fake.stopping.wait(0.1):
        pass
    fake.stop()


main()
