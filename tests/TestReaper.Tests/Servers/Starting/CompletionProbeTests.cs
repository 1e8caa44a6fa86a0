using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

public sealed class CompletionProbeTests : PythonServers
{
    private const string Completed = """{"object": "text_completion", "choices": [{"text": " there"}]}""";

    [SkippableTheory(Timeout = 30_000)]
    [InlineData(false, "POST /v1/completions application/json {\"model\":\"Qwen/Qwen3-0.6B\"," +
        "\"prompt\":\"Hi\",\"max_tokens\":1,\"stream\":false}")]
    [InlineData(true, "POST /v1/chat/completions application/json {\"model\":\"Qwen/Qwen3-0.6B\"," +
        "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"max_tokens\":1,\"stream\":false}")]
    public async Task It_sends_what_is_documented(bool isChat, string expected)
    {
        var probe = isChat ? Readiness.ChatCompletion("Qwen/Qwen3-0.6B") : Readiness.Completion("Qwen/Qwen3-0.6B");

        await using var server = await StartAsync(Handle(
            $"print(r.command, p, r.headers['Content-Type'], r.body); return 200, {{}}, '{Completed}'", probe));

        await Poll.UntilAsync(() => server.Output.Tail.Count > 0, "the request");
        Assert.Equal([expected], server.Output.Tail);
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task It_sends_the_key_of_its_options()
    {
        var probe = Readiness.Completion("m", new HttpProbeOptions { Headers = Header("Authorization", "Bearer swordfish-0123456789") });

        await using var server = await StartAsync(Handle(
            $"return (200 if r.headers['Authorization'] == 'Bearer ' + 'swordfish-' + '0123456789' else 401), {{}}, '{Completed}'", probe));

        Contains("The server requires a key.", await FailAsync("return 401, {}", Readiness.Completion("m")));
    }

    [SkippableTheory(Timeout = 30_000)]
    [InlineData("""{"error": {"message": "no model"}}""", """200 OK, but without "choices": {"error": {"message": "no model"}}""")]
    [InlineData("""{"choices": []}""", """200 OK, but without "choices": {"choices": []}""")]
    [InlineData("[1]", """200 OK, but without "choices": [1]""")]
    [InlineData("ok", """200 OK, but without "choices": ok""")]
    public async Task An_answer_without_a_token_does_not_count(string body, string expected) =>
        Contains($"POST /v1/completions was tried ", await FailWithAsync(body, expected));

    [SkippableFact(Timeout = 30_000)]
    public async Task An_unknown_model_advises_on_its_name()
    {
        var message = await FailAsync("return 404, {}, 'The model `x` does not exist.'", Readiness.Completion("x"));

        Contains("404 Not Found: The model `x` does not exist.. The server does not have this path or this model.", message);
        Assert.DoesNotContain("Raise StartupTimeout", message, StringComparison.Ordinal);
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task Several_tokens_in_a_row_can_be_asked_for()
    {
        var probe = Readiness.Completion("m", new HttpProbeOptions { SuccessesInARow = 2 });

        await using var server = await StartAsync(Handle($"print(n); return 200, {{}}, '{Completed}'", probe));

        await Poll.UntilAsync(() => server.Output.Tail.Count >= 2, "two requests");
        Assert.Equal(["1", "2"], server.Output.Tail);
    }

    private async Task<string> FailWithAsync(string body, string expected)
    {
        var message = await FailAsync($"return 200, {{}}, '{body}'", Readiness.Completion("m"));
        Contains(expected, message);
        return message;
    }
}
