namespace SampleServer.Http;

/// <summary>A model whose answer a test can predict: it repeats the prompt. Each word is a token.</summary>
internal static class Completion
{
    public const string Model = "sample-model";

    private const int DefaultMaxTokens = 16;
    private const int MaxTokensLimit = 4096;

    public static CompletionResponse Of(CompletionRequest request, int number)
    {
        var prompt = (request.Prompt ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var wanted = prompt.Length == 0 ? 0 : Math.Clamp(request.MaxTokens ?? DefaultMaxTokens, 0, MaxTokensLimit);
        var answer = Enumerable.Range(0, wanted).Select(i => prompt[i % prompt.Length]);

        return new CompletionResponse(
            $"cmpl-{number}",
            "text_completion",
            DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
            Model,
            [new Choice(0, string.Join(' ', answer), "length")],
            new Usage(prompt.Length, wanted, prompt.Length + wanted));
    }
}
