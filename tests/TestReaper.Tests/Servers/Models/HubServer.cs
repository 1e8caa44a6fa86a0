using System.Collections.Concurrent;
using System.Net;
using TestReaper.Tests.Infrastructure;

namespace TestReaper.Tests.Servers.Models;

/// <summary>A hub over HTTP. It refuses the token "hf_wrong...". Each file comes in ten parts, with a pause between two.</summary>
internal sealed class HubServer : IDisposable
{
    private const int Parts = 10, PartSize = 100_000;
    private readonly HttpListener _listener = new();

    public HubServer()
    {
        Address = $"http://127.0.0.1:{FreePort.Next()}/";
        _listener.Prefixes.Add(Address);
        _listener.Start();
        _ = Task.Run(ServeAsync);
    }

    public string Address { get; }

    public TimeSpan Pause { get; set; }

    public ConcurrentQueue<string> Requests { get; } = [];

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                _ = Task.Run(() => AnswerAsync(context));
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        Requests.Enqueue(context.Request.Url!.AbsolutePath);
        try
        {
            using var response = context.Response;
            if (context.Request.Headers["Authorization"]?.Contains("hf_wrong", StringComparison.Ordinal) == true)
            {
                response.StatusCode = 401;
                return;
            }

            response.SendChunked = true;
            for (var part = 0; part < Parts; part++)
            {
                await response.OutputStream.WriteAsync(new byte[PartSize]);
                await response.OutputStream.FlushAsync();
                await Task.Delay(Pause);
            }
        }
        catch (Exception error) when (error is HttpListenerException or IOException or ObjectDisposedException)
        {
            // The client was killed.
        }
    }
}
