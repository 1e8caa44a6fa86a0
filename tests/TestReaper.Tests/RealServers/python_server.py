"""An HTTP server with two workers that square numbers: python_server.py spawn|forkserver PORT DIRECTORY"""

import fcntl
import multiprocessing
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


def work(numbers, squares):
    squares.put("ready")
    for number in iter(numbers.get, None):
        squares.put(str(number * number))


def handler(numbers, squares):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            answer = "ok"
            if self.path != "/health":
                numbers.put(int(self.path[1:]))
                answer = squares.get()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer.encode())

        def log_message(self, *_):
            pass

    return Handler


def main():
    method, port, directory = sys.argv[1:]
    lock = open(os.path.join(directory, "server.lock"), "a")
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()

    # sys.exit stops the workers.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    context = multiprocessing.get_context(method)
    numbers, squares = context.Queue(), context.Queue()
    for _ in range(2):
        context.Process(target=work, args=(numbers, squares), daemon=True).start()
    for _ in range(2):
        squares.get()
    HTTPServer(("127.0.0.1", int(port)), handler(numbers, squares)).serve_forever()


if __name__ == "__main__":
    main()
