using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace TestReaper.TestProcess;

/// <summary>The part of HTTP/1.1 that a readiness probe and a test need: one request per connection.</summary>
internal sealed class HttpServer(Options options)
{
    private readonly Lazy<long> _firstRequest = new(Stopwatch.GetTimestamp);
    private int _answered;

    public async Task HandleAsync(Socket connection)
    {
        await using var stream = new NetworkStream(connection, ownsSocket: true);
        try
        {
            if (await ReadPathAsync(stream) is not { } path)
            {
                return;
            }

            await stream.WriteAsync(CreateResponse(path));
            connection.Shutdown(SocketShutdown.Send);
            CrashIfDue(path);

            // Closing the socket with an unread request body would reset the connection before the client has read the response.
            await stream.CopyToAsync(Stream.Null);
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            // The client closed the connection.
        }
    }

    private static async Task<string?> ReadPathAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        var request = await reader.ReadLineAsync();
        while (!string.IsNullOrEmpty(await reader.ReadLineAsync()))
        {
        }

        return request?.Split(' ') is [_, var path, ..] ? path : null;
    }

    private byte[] CreateResponse(string path)
    {
        var isReady = path != "/health" || Stopwatch.GetElapsedTime(_firstRequest.Value).TotalMilliseconds >= options.ReadyAfter;
        var status = isReady ? "200 OK" : "503 Service Unavailable";
        var body = path != "/health" ? path : isReady ? "ok" : "starting";

        return Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}");
    }

    private void CrashIfDue(string path)
    {
        if (path != "/health" && Interlocked.Increment(ref _answered) == options.CrashAfter)
        {
            Environment.Exit(ExitCodes.Crashed);
        }
    }
}
