using TestReaper.Secrets;

namespace TestReaper.Servers.Probes;

/// <summary>What an answer that was not expected says about its reason. It may be endless, slow, binary, or contain a secret.</summary>
internal static class HttpAnswer
{
    private const int MostBytes = 4096, MostCharacters = 200;

    // The status is known already. The text only helps to understand it.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    /// <returns>Where it redirects to, and the first line of its body, each after a separator; empty if there is neither.</returns>
    public static async Task<string> DescribeAsync(
        HttpResponseMessage response, SecretMask mask, CancellationToken cancellationToken)
    {
        var redirect = response.Headers.Location is { } location
            ? $", a redirect to '{Shorten($"{location}", mask)}', which is not followed"
            : "";
        var line = await ReadFirstLineAsync(response.Content, mask, cancellationToken).ConfigureAwait(false);
        return line.Length == 0 ? redirect : $"{redirect}: {line}";
    }

    private static async Task<string> ReadFirstLineAsync(HttpContent content, SecretMask mask, CancellationToken cancellationToken)
    {
        // The first line of a page is markup.
        if (content.Headers.ContentType?.MediaType is "text/html" or "application/xhtml+xml")
        {
            return "";
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        var bytes = await ReadAsync(content, MostBytes, limit.Token).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return FirstLine(bytes, mask);
    }

    public static string FirstLine(ReadOnlySpan<byte> body, SecretMask mask)
    {
        var text = Encoding.UTF8.GetString(body[..Math.Min(body.Length, MostBytes)]);
        return Shorten(text.Split('\n', '\r').FirstOrDefault(line => !string.IsNullOrWhiteSpace(line)) ?? "", mask);
    }

    /// <returns>What came until the end, the most bytes, an error, or the cancellation.</returns>
    public static async Task<byte[]> ReadAsync(HttpContent content, int mostBytes, CancellationToken cancellationToken)
    {
        var (buffer, length) = (new byte[mostBytes], 0);
        try
        {
            using var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            int read;
            while (length < mostBytes
                && (read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false)) > 0)
            {
                length += read;
            }
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or HttpRequestException)
        {
            // What came is used.
        }

        return buffer[..length];
    }

    // Masked before the cut, which could split a secret.
    private static string Shorten(string text, SecretMask mask)
    {
        var masked = mask.MaskUnfinished(string.Concat(text.Where(character => !char.IsControl(character))).Trim());
        return masked.Length > MostCharacters ? $"{masked[..MostCharacters]}..." : masked;
    }
}
