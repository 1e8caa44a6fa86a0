using TestReaper.Secrets;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>Programs escape what they print. A known secret is masked in each of these forms.</summary>
public sealed class SecretFormsTests
{
    private const string Slashes = "k3Yz/Qw7+Rt9=Lm2", Quotes = "it\"s<X9>Zk'Qm7", Backslash = "p/q\"r\\s&t+üZk9'W3";

    [Theory(Timeout = 30_000)]
    [InlineData("urllib.parse.quote", Slashes, "k3Yz/Qw7%2BRt9%3DLm2")]
    [InlineData("encodeURI", "k3Yz/Qw7+R t9", "k3Yz/Qw7+R%20t9")]
    [InlineData("encodeURIComponent", "k3Yz!Qw7+Rt9", "k3Yz!Qw7%2BRt9")]
    [InlineData("quote_plus", "k3Yz!Qw7 Rt9", "k3Yz%21Qw7+Rt9")]
    [InlineData("quote twice", Slashes, "k3Yz%252FQw7%252BRt9%253DLm2")]
    [InlineData("json_encode of PHP", Slashes, "k3Yz\\/Qw7+Rt9=Lm2")]
    [InlineData("JSON in JSON", Quotes, "it\\\\\\\"s<X9>Zk'Qm7")]
    [InlineData("html.escape", Quotes, "it&quot;s&lt;X9&gt;Zk&#x27;Qm7")]
    [InlineData("markupsafe", Quotes, "it&#34;s&lt;X9&gt;Zk&#39;Qm7")]
    [InlineData("htmlspecialchars", Quotes, "it&quot;s&lt;X9&gt;Zk&#039;Qm7")]
    [InlineData("XML attribute", Quotes, "it&quot;s&lt;X9&gt;Zk&apos;Qm7")]
    [InlineData("XML text", Quotes, "it\"s&lt;X9&gt;Zk'Qm7")]
    [InlineData("html/template of Go", Slashes, "k3Yz/Qw7&#43;Rt9=Lm2")]
    [InlineData("repr", Quotes, "it\"s<X9>Zk\\'Qm7")]
    [InlineData("repr with a backslash", Backslash, "p/q\"r\\\\s&t+üZk9\\'W3")]
    [InlineData("repr without quotes", "Zk9\\W3xyz", "Zk9\\\\W3xyz")]
    [InlineData("repr of bytes", Backslash, "p/q\"r\\\\s&t+\\xc3\\xbcZk9\\'W3")]
    [InlineData("shell", Quotes, "it\"s<X9>Zk'\\''Qm7")]
    [InlineData("shlex.quote", Quotes, "it\"s<X9>Zk'\"'\"'Qm7")]
    [InlineData("doubled quote", Quotes, "it\"s<X9>Zk''Qm7")]
    [InlineData("hex", "swordfish", "73776f726466697368")]
    [InlineData("upper-case hex", "swordfish/", "73776F7264666973682F")]
    public async Task A_known_secret_is_masked_as_this_function_writes_it(string function, string secret, string form) =>
        await MasksAsync(secret, $"{function}: [{form}]", $"{function}: [***]");

    /// <summary>A variable holds what the client sends; the server prints what it has decoded.</summary>
    [Theory(Timeout = 30_000)]
    [InlineData("p%40ss%2Fw0rd", "p@ss/w0rd")]
    [InlineData("p%2540ss%252Fw0rd", "p@ss/w0rd")]
    [InlineData("-----BEGIN KEY-----\\nMIIEvQIBADANBg\\n-----END KEY-----", "MIIEvQIBADANBg")]
    [InlineData("[\"Sec1-XqZ9\", \"Sec2-XqZ9\"]", "Sec2-XqZ9")]
    [InlineData("sk-Sec1XqZ9,sk-Sec2XqZ9", "sk-Sec2XqZ9")]
    public async Task The_parts_of_a_known_secret_are_masked_too(string secret, string part) =>
        await MasksAsync(secret, $"refused [{part}]", "refused [***]");

    [Theory(Timeout = 30_000)]
    [InlineData("correct,horse,battery", "the horse and the battery")]
    [InlineData("Server=db-host01,1433;User Id=admin123", "Server=db-host01 of admin123")]
    public async Task The_words_of_other_values_with_commas_stay_visible(string secret, string text) =>
        await MasksAsync(secret, text, text);

    private static Task MasksAsync(string secret, string text, string expected)
    {
        Assert.Equal(expected, SecretMask.For([], [KeyValuePair.Create("SERVICE_API_KEYS", secret)]).Mask(text));
        return Task.CompletedTask;
    }
}
