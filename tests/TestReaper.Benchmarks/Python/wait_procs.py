"""What psutil's documentation recommends: children, SIGKILL, psutil.wait_procs."""

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
        raise TimeoutError(f"{len(alive)} processes are not gone")


trees.measure(kill_process_tree)
