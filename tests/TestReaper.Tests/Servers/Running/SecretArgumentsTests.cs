using TestReaper.Secrets;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>A secret argument is masked where it stands, and wherever the server or a worker shows it.</summary>
public sealed class SecretArgumentsTests
{
    private const string Secret = "Sec1-XqZ9";
    private const string Pem = "-----BEGIN PRIVATE KEY-----\nMIIEvQ" + Secret + "\nabc" + Secret + "\n-----END PRIVATE KEY-----";

    [Theory(Timeout = 30_000)]
    [InlineData(Secret, "-u", "admin:" + Secret)]
    [InlineData(Secret, "--user", "admin:" + Secret)]
    [InlineData(Secret, "--proxy-user", "admin:" + Secret)]
    [InlineData(Secret, "--user=admin:" + Secret)]
    [InlineData("two " + Secret, "-u", "admin:two " + Secret)]
    [InlineData(Secret, "-c", "curl -u 'admin:" + Secret + "' x")]
    [InlineData(Secret, "--header", "Authorization: Bearer " + Secret)]
    [InlineData(Secret, "-H", "X-Api-Key: " + Secret)]
    [InlineData(Secret, "--env", "DB_PASSWORD=" + Secret)]
    [InlineData(Secret, "-e", "HF_TOKEN=" + Secret)]
    [InlineData("abc" + Secret, "--private-key", Pem)]
    [InlineData("MIIEvQ" + Secret, "--token", Pem)]
    [InlineData("--two words " + Secret, "--password", "--two words " + Secret)]
    [InlineData(Secret, "--url=postgres%3A%2F%2Fu%3A" + Secret + "%40h")]
    [InlineData(Secret, "--url", "postgres%3a%2f%2fu%3a" + Secret + "%40h%2Fdb")]
    [InlineData(Secret + "=", "https://a.blob/x?sv=1&sig=" + Secret + "%3D")]
    [InlineData(Secret, "https://a.blob/x?Signature=" + Secret)]
    [InlineData(Secret, "--tokens", "[\"" + Secret + "\",\"b\"]")]
    [InlineData(Secret, "--tokens", "['" + Secret + "']")]
    [InlineData(Secret, "--api-keys", "[\"" + Secret + "\",\"b\"]")]
    public async Task It_is_masked_in_the_command_line_and_everywhere_else(string shown, params string[] arguments)
    {
        await Task.CompletedTask;
        var mask = SecretMask.For(arguments, []);

        Assert.Equal("worker ***, refused", mask.Mask($"worker {shown}, refused"));
        Assert.DoesNotContain("XqZ9", mask.MaskArguments(arguments), StringComparison.Ordinal);
        Assert.DoesNotContain("XqZ9", SecretMask.For([], []).MaskArguments(arguments), StringComparison.Ordinal);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("--max-tokens", "100")]
    [InlineData("--stop-tokens", "[\"a1b2c3d4e5\"]")]
    [InlineData("--tokens", "[\"<|endoftext|>\",\"hello\"]")]
    [InlineData("--tokens", "100")]
    [InlineData("--keys", "[\"layer_0.weight\"]")]
    [InlineData("-u", "1000:1000")]
    [InlineData("-u", "http://host:8000/v1")]
    [InlineData("--url=http%3A%2F%2Fhost%3A8000%2Fa%40b")]
    [InlineData("https://host/x?sig=1&signature=")]
    [InlineData("--signature", "Foo1(int)")]
    [InlineData("--password", "--port=1 2")]
    public async Task Innocent_arguments_stay_visible(params string[] arguments)
    {
        await Task.CompletedTask;
        Assert.Equal(string.Join(' ', arguments), SecretMask.For(arguments, []).MaskArguments(arguments));
    }

    /// <summary>"www-data:www-data" may be a user and a group: the name is in ordinary lines.</summary>
    [Fact(Timeout = 30_000)]
    public async Task A_password_that_equals_the_user_is_masked_only_where_it_stands()
    {
        await Task.CompletedTask;
        string[] arguments = ["-u", "www-data:www-data"];
        var mask = SecretMask.For(arguments, []);

        Assert.Equal("-u www-data:***", mask.MaskArguments(arguments));
        Assert.Equal("runs as www-data", mask.Mask("runs as www-data"));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("server --private-key " + Pem + " --port 1", "server --private-key *** --port 1")]
    [InlineData("curl -u \"me:hunter2\" x", "curl -u \"me:***\" x")]
    [InlineData("curl -u me:hunter2 x", "curl -u me:*** x")]
    [InlineData("GET https://a.blob/x?sv=1&sig=aGVsbG8%3D&se=2", "GET https://a.blob/x?sv=1&sig=***&se=2")]
    [InlineData("GET /login?next=redis%3A%2F%2F%3Ahunter2%40h%3A6379", "GET /login?next=redis%3A%2F%2F%3A***%40h%3A6379")]
    [InlineData("server --api-keys [\"hunter2\", \"hunter3\"] x", "server --api-keys *** x")]
    public async Task It_is_masked_in_lines_of_unknown_commands(string text, string expected)
    {
        await Task.CompletedTask;
        Assert.Equal(expected, SecretMask.For([], []).Mask(text));
    }
}
