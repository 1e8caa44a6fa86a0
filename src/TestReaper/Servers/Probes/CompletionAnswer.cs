using System.Text.Json;
using TestReaper.Secrets;

namespace TestReaper.Servers.Probes;

/// <summary>The request of OpenAI's API that generates one token, and the check of its answer.</summary>
internal static class CompletionAnswer
{
    private const int MostBytes = 64 * 1024;

    public static string Body(string model, bool isChat) => isChat
        ? $$"""{"model":{{Quote(model)}},"messages":[{"role":"user","content":"Hi"}],"max_tokens":1,"stream":false}"""
        : $$"""{"model":{{Quote(model)}},"prompt":"Hi","max_tokens":1,"stream":false}""";

    /// <summary>Some servers answer 200 with an error in the body, so the status alone does not prove a generated token.</summary>
    public static async Task<string?> FindProblemAsync(HttpContent content, SecretMask mask, CancellationToken cancellationToken)
    {
        var bytes = await HttpAnswer.ReadAsync(content, MostBytes, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return HasChoice(bytes) ? null
            : $"without \"choices\": {HttpAnswer.FirstLine(bytes, mask)}";
    }

    private static bool HasChoice(byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("choices", out var choices)
                && choices is { ValueKind: JsonValueKind.Array } && choices.GetArrayLength() > 0;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Quote(string text) => JsonSerializer.Serialize(text);
}
