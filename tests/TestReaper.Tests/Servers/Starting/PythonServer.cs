using TestReaper.Tests.Infrastructure;

namespace TestReaper.Tests.Servers;

/// <summary>Small HTTP servers in Python, for behaviour that the test program does not have.</summary>
internal static class PythonServer
{
    /// <summary>
    /// The head of a script: <c>serve()</c> serves on argv[1]; <c>handle(number, path)</c> returns a status, headers and, if it is not
    /// "ok", the body. <c>now.request</c> is the request, with <c>headers</c>, <c>command</c> (the method) and <c>body</c>.
    /// </summary>
    private const string Http = """
        import http.server, socketserver, sys, time, ssl, threading, socket
        count, lock, now = 0, threading.Lock(), threading.local()
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                global count
                with lock: count += 1; number = count
                self.body = self.rfile.read(int(self.headers.get('Content-Length', 0))).decode(); now.request = self
                status, headers, *body = handle(number, self.path); body = body[0].encode() if body else b'ok'
                self.send_response(status)
                for name, value in headers.items(): self.send_header(name, value)
                self.send_header('Content-Length', str(len(body))); self.end_headers(); self.wfile.write(body)
            do_POST = do_GET
            def log_message(self, *a): pass
        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True; daemon_threads = True
        def serve(address='127.0.0.1', wrap=lambda s: s):
            server = Server((address, int(sys.argv[1])), Handler); server.socket = wrap(server.socket); server.serve_forever()

        """;

    /// <summary>The arguments of python3 for a server on <c>{port}</c>.</summary>
    public static string[] Arguments(string script, params string[] arguments) => ["-u", "-c", Http + script, "{port}", .. arguments];

    public static string Path => Programs.Require("python3");
}
