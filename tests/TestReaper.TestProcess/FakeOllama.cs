using System.Globalization;
using System.Net;
using System.Text.Json;

namespace TestReaper.TestProcess;

/// <summary>
/// Acts as <c>ollama serve</c> does, at OLLAMA_HOST, with its models in OLLAMA_MODELS. The name of a model says how its pull goes:
/// "slow" (10 parts, 100 ms each), "endless", "broken" (a line with an error), "cut" (ends early), "crash" (the server exits), else at
/// once. A name with "embed" cannot generate. Each request is a line of requests.log.
/// </summary>
internal static class FakeOllama
{
    private const int Parts = 10, PartSize = 1_000_000;

    public static async Task<int> RunAsync()
    {
        _ = LibC.alarm(120);
        using var listener = new HttpListener();
        listener.Prefixes.Add($"http://{Environment.GetEnvironmentVariable("OLLAMA_HOST")}/");
        listener.Start();
        Console.WriteLine("Listening");
        while (true)
        {
            var context = await listener.GetContextAsync();
            _ = Task.Run(() => AnswerAsync(context));
        }
    }

    private static async Task AnswerAsync(HttpListenerContext context)
    {
        using var reader = new StreamReader(context.Request.InputStream);
        var body = await reader.ReadToEndAsync();
        var path = context.Request.Url!.AbsolutePath;
        var directory = Environment.GetEnvironmentVariable("OLLAMA_MODELS")!;
        lock (typeof(FakeOllama))
        {
            File.AppendAllText(Path.Combine(directory, $"requests-{Environment.ProcessId}.log"), $"{path} {body}\n");
        }

        if (path == "/")
        {
            await EndAsync(context, 200, "Ollama is running");
            return;
        }

        using var json = JsonDocument.Parse(body);
        var model = json.RootElement.GetProperty("model").GetString()!;
        var file = Path.Combine(directory, $"{model}.model");
        var isThere = File.Exists(file);
        await (path switch
        {
            "/api/pull" => PullAsync(context, model, file),
            _ when !isThere => EndAsync(context, 404, $$"""{"error":"model '{{model}}' not found"}"""),
            "/api/show" => EndAsync(context, 200, "{}"),
            "/api/generate" when model.Contains("embed") =>
                EndAsync(context, 400, $$"""{"error":"\"{{model}}\" does not support generate"}"""),
            "/api/generate" when model.Contains("toolarge") =>
                EndAsync(context, 500, """{"error":"model requires more system memory (9.9 GiB) than is available (1.0 GiB)"}"""),
            "/api/generate" => EndAsync(context, 200, """{"done":true,"done_reason":"load"}"""),
            "/api/embed" => EndAsync(context, 200, """{"embeddings":[]}"""),
            _ => EndAsync(context, 404, "404 page not found"),
        });
    }

    private static async Task PullAsync(HttpListenerContext context, string model, string file)
    {
        context.Response.ContentType = "application/x-ndjson";
        context.Response.SendChunked = true;
        await using var writer = new StreamWriter(context.Response.OutputStream) { AutoFlush = true };
        await writer.WriteLineAsync("""{"status":"pulling manifest"}""");
        for (var part = 1; part <= Parts; part++)
        {
            var completed = (part * PartSize).ToString(CultureInfo.InvariantCulture);
            await writer.WriteLineAsync(
                $$"""{"status":"pulling a1b2","digest":"sha256:a1b2","total":{{Parts * PartSize}},"completed":{{completed}}}""");
            await Task.Delay(model.Contains("slow") ? 100 : 1);
            switch (model)
            {
                case "broken" when part == Parts / 2:
                    await writer.WriteLineAsync("""{"error":"max retries exceeded: unexpected EOF"}""");
                    return;
                case "cut" when part == Parts / 2:
                    return;
                case "endless":
                    await Task.Delay(Timeout.Infinite);
                    break;
                case "crash" when part == Parts / 2:
                    Output.WriteError("panic: out of memory");
                    Environment.Exit(ExitCodes.Crashed);
                    break;
            }
        }

        await File.WriteAllTextAsync(file, model);
        await writer.WriteLineAsync("""{"status":"success"}""");
    }

    private static async Task EndAsync(HttpListenerContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        await using var writer = new StreamWriter(context.Response.OutputStream);
        await writer.WriteAsync(body);
    }
}
