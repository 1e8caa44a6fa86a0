"""A small model server on the software stack of sglang and vLLM: two ranks connected by gloo, rank 0 behind uvicorn.

    python3 server.py --port PORT [--model-size MIB] [--rank-size MIB]

The launcher starts both ranks with torch.multiprocessing.spawn and waits. The weights are a shared tensor, the key-value
cache is a segment of multiprocessing.shared_memory, and a queue reports each served request to the launcher. Two helper
processes, Python's resource_tracker and PyTorch's torch_shm_manager, remove from /dev/shm what the others leave there.
"""

import argparse
import asyncio
import multiprocessing.shared_memory
import os
import socket
import threading

import fastapi
import torch
import torch.distributed
import torch.multiprocessing
import uvicorn

RANKS = 2


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--model-size", type=int, default=8, metavar="MIB")
    parser.add_argument("--rank-size", type=int, default=0, metavar="MIB", help="what rank 1 allocates for itself")
    options = parser.parse_args()

    # Tensors are shared as named files in /dev/shm, as servers with many workers do: the default strategy needs a file
    # descriptor for each tensor.
    torch.multiprocessing.set_sharing_strategy("file_system")
    weights = torch.ones(options.model_size * 1024 * 1024 // 4).share_memory_()
    cache = multiprocessing.shared_memory.SharedMemory(create=True, size=1024 * 1024)
    served = torch.multiprocessing.get_context("spawn").Queue()
    ranks = torch.multiprocessing.spawn(
        run_rank, (options.port, free_port(), weights, cache.name, served, options.rank_size), nprocs=RANKS, join=False)
    try:
        ranks.join()
    finally:
        cache.close()
        cache.unlink()


def run_rank(rank, port, rendezvous, weights, cache_name, served, rank_size):
    torch.set_num_threads(1)
    own = torch.ones(rank_size * 1024 * 1024 // 4) if rank == 1 else None
    cache = multiprocessing.shared_memory.SharedMemory(cache_name)
    torch.distributed.init_process_group("gloo", f"tcp://127.0.0.1:{rendezvous}", rank=rank, world_size=RANKS)
    if rank == 0:
        uvicorn.run(make_app(weights, cache, served), port=port, log_level="warning")
    else:
        # Ends with rank 0: the lost connection raises an exception.
        while True:
            multiply(torch.zeros(1), weights)


def multiply(number, weights):
    """Each rank multiplies its half of the weights, and every rank gets the sum."""
    torch.distributed.broadcast(number, src=0)
    half = weights.chunk(RANKS)[torch.distributed.get_rank()]
    part = number * half.mean() / RANKS
    torch.distributed.all_reduce(part)
    return part


def make_app(weights, cache, served):
    app = fastapi.FastAPI()
    turn = threading.Lock()
    running = set()

    @app.get("/health")
    async def health():
        return {"ranks": RANKS, "running": len(running)}

    @app.get("/generate")
    async def generate(number: float, seconds: float = 0):
        request = object()
        running.add(request)
        try:
            await asyncio.sleep(seconds)
            return {"answer": await asyncio.get_running_loop().run_in_executor(None, answer, number)}
        finally:
            running.remove(request)

    def answer(number):
        with turn:
            result = multiply(torch.tensor([number]), weights).item()
            cache.buf[0] = (cache.buf[0] + 1) % 256
            served.put(os.getpid())
            return result

    return app


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


if __name__ == "__main__":
    main()
