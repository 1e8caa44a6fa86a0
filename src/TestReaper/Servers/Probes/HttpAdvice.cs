using TestReaper.Secrets;

namespace TestReaper.Servers.Probes;

/// <summary>What to change where a longer wait does not help.</summary>
internal static class HttpAdvice
{
    /// <returns>Null for an answer that may change with time.</returns>
    public static string? Find(HttpStatusCode status, IReadOnlyDictionary<string, string> headers, bool completion)
    {
        var keys = string.Join(", ", headers.Keys.Where(name => SecretNames.Classify(name) != SecretStrength.None));
        return status switch
        {
            HttpStatusCode.Unauthorized when keys.Length == 0 =>
                "The server requires a key. Pass it in the headers of the probe, such as Authorization or X-Api-Key, " +
                "or probe a path that needs none.",
            HttpStatusCode.Unauthorized =>
                $"The server does not accept the key in {keys}. Compare it with the key that the server was started with, " +
                "and check the path.",
            HttpStatusCode.Forbidden => keys.Length == 0
                ? "The server denies access. Pass a key in the headers of the probe, such as Authorization or X-Api-Key, " +
                    "or correct the path."
                : $"The server denies access to the key in {keys}. Check its permissions and the path.",
            HttpStatusCode.NotFound when completion => "The server does not have this path or this model. Correct the name of the model.",
            HttpStatusCode.NotFound =>
                "The server does not have this path. Correct it in the probe. Some servers give this answer to a wrong key, too.",
            _ => null,
        };
    }
}
