"""Shared by both Python contestants: starts a fresh tree for each iteration, measures, and kills whatever is left."""

import os
import subprocess
import sys
import time

SETTLE = 0.03


def kill_group_of(root):
    """The pid of the root, and so the group id, can be reused once the root is reaped. psutil.wait_procs reaps it."""
    try:
        os.waitid(os.P_PID, root, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        os.killpg(root, 9)
    except (ChildProcessError, ProcessLookupError):
        pass


def measure(reap):
    """Usage: TREE wide|deep COUNT ITERATIONS. Prints wall and CPU ms of each iteration except the first, a warm-up."""
    tree, shape, count, iterations = sys.argv[1:5]
    for iteration in range(int(iterations) + 1):
        root = subprocess.Popen([tree, shape, count], stdout=subprocess.PIPE, start_new_session=True)
        try:
            if root.stdout.readline() != b"up\n":
                raise SystemExit("the tree did not start")
            time.sleep(SETTLE)
            wall, cpu = time.perf_counter(), time.process_time()
            reap(root.pid)
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            if iteration > 0:
                print(f"{wall * 1e3:.4f} {cpu * 1e3:.4f}", flush=True)
        finally:
            kill_group_of(root.pid)
            root.stdout.close()
            root.wait()
