using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using TestReaper.Tests.Infrastructure;

namespace TestReaper.Tests.Servers.Models;

/// <summary>
/// A hub over HTTP, which lists the files of a revision and has them. It refuses the token "hf_wrong...". Each file comes in ten parts,
/// with a pause between two.
/// </summary>
internal sealed class HubServer : IDisposable
{
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";
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

    /// <summary>What the second half of the last file waits for.</summary>
    public Task Hold { get; set; } = Task.CompletedTask;

    /// <summary>Whether each answer is 503.</summary>
    public bool IsDown { get; set; }

    public string[] Files { get; set; } = ["config.json", "model.safetensors"];

    /// <summary>The requests for files.</summary>
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
        var path = context.Request.Url!.AbsolutePath;
        var isList = path.StartsWith("/api/", StringComparison.Ordinal);
        if (!isList && !IsDown)
        {
            Requests.Enqueue(path);
        }

        try
        {
            using var response = context.Response;
            if (IsDown || context.Request.Headers["Authorization"]?.Contains("hf_wrong", StringComparison.Ordinal) == true)
            {
                response.StatusCode = IsDown ? 503 : 401;
                return;
            }

            if (isList)
            {
                var list = JsonSerializer.Serialize(new { sha = Commit, siblings = Files.Select(file => new { rfilename = file }) });
                await response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(list));
                return;
            }

            response.SendChunked = true;
            for (var part = 0; part < Parts; part++)
            {
                await response.OutputStream.WriteAsync(new byte[PartSize]);
                await response.OutputStream.FlushAsync();
                await Task.Delay(Pause);
                await (part == Parts / 2 && path.EndsWith(Files[^1], StringComparison.Ordinal) ? Hold : Task.CompletedTask);
            }
        }
        catch (Exception error) when (error is HttpListenerException or IOException or ObjectDisposedException)
        {
            // The client was killed.
        }
    }
}
