"""The procedure that psutil's documentation recommends: find the children, send SIGKILL, call psutil.wait_procs."""

import psutil
import trees


def kill_process_tree(pid):
    root = psutil.Process(pid)
    processes = root.children(recursive=True) + [root]
    for process in processes:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            pass

    _, alive = psutil.wait_procs(processes, timeout=60)
    if alive:
        raise TimeoutError(f"{len(alive)} processes are still alive")


trees.measure(kill_process_tree)
