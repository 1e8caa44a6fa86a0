"""A reimplementation of sglang's kill_process_tree (sgl-project/sglang #26964): finds the children with psutil, sends SIGKILL, and
polls /proc every 100 ms until each process is absent or a zombie."""

import time

import psutil
import trees

INTERVAL = 0.1
TIMEOUT = 60


def is_gone(process):
    try:
        with open(f"/proc/{process.pid}/stat", "rb") as stat:
            return stat.read().rpartition(b")")[2].split()[0] in (b"Z", b"X")
    except (FileNotFoundError, ProcessLookupError):
        return True


def kill_process_tree(pid):
    root = psutil.Process(pid)
    processes = root.children(recursive=True) + [root]
    for process in processes:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            pass

    deadline = time.monotonic() + TIMEOUT
    while True:
        processes = [process for process in processes if not is_gone(process)]
        if not processes:
            return
        if time.monotonic() > deadline:
            raise TimeoutError(f"{len(processes)} processes are still alive")
        time.sleep(INTERVAL)


trees.measure(kill_process_tree)
