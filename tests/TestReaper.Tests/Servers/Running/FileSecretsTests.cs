using System.Globalization;
using System.Runtime.Versioning;
using TestReaper.Secrets;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>Secrets in the files of the options. Servers print the configuration that they refuse.</summary>
[SupportedOSPlatform("linux")]
public sealed class FileSecretsTests : RunningServers
{
    private const string Secret = "swordfish-0123456789";

    [Theory(Timeout = 30_000)]
    [InlineData("api_key: " + Secret)]
    [InlineData("{\"server\":{\"port\":{port},\"password\":\"" + Secret + "\"}}")]
    [InlineData("requirepass " + Secret)]
    [InlineData("proxy_set_header Authorization \"Bearer " + Secret + "\";")]
    [InlineData("url = postgres://user:" + Secret + "@db.example/x")]
    [InlineData("HF_TOKEN=" + Secret)]
    public async Task The_secret_of_a_file_is_never_shown(string content)
    {
        // The name and what is before the secret are cut off: only the file shows that this is a secret.
        var options = Shell($"echo \"got {Secret}\" 1>&2; cat \"$0\"; echo; echo done; exec sleep 60", "{files}/server.conf") with
        {
            Files = new Dictionary<string, string> { ["server.conf"] = content },
            KeepLogs = true,
            LogDirectory = LogDirectory,
        };

        await using var server = await StartUntilAsync("done", options);
        await Poll.UntilAsync(() => server.Output.Tail.Contains("got ***"), "the line");
        var heard = string.Join('\n', server.Output.Tail);
        var report = await server.ReapAsync();

        var log = await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(LogDirectory)));
        Assert.DoesNotContain("swordfish", $"{heard}\n{report}\n{Logged}\n{log}", StringComparison.Ordinal);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("password a{0}b")]
    [InlineData("password {0};{0}")]
    [InlineData("{0}password x{0};{0}")]
    [InlineData("password{0}=x")]
    public async Task A_line_with_many_spaces_does_not_delay_a_start(string format)
    {
        var line = string.Format(CultureInfo.InvariantCulture, format, new string(' ', 20_000));

        // A test with a time limit must not block its own thread.
        await Task.Run(() => FileSecrets.Find(line, "/own/files").ToList());
    }

    [Theory]
    [InlineData("api_key: abcd1234", "abcd1234")]
    [InlineData("  \"password\" : \"abc\",", "abc")]
    [InlineData("password = abc;def", "abc;def")]
    [InlineData("requirepass foobared", "foobared")]
    [InlineData("requirepass \"foo bared\"", "foo bared")]
    [InlineData("  auth-token s3cr3t-value;", "s3cr3t-value")]
    [InlineData("\trequirepass \t foobared ; \r", "foobared")]
    [InlineData("redis://:s3cr3t@host/0", "s3cr3t")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nMIIBOgIBAAJB\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIBOgIBAAJB\n-----END")]
    public void Secrets_are_found_by_the_name_before_them(string content, string expected) =>
        Assert.Contains(expected, FileSecrets.Find(content, "/own/files"));

    [Theory]
    [InlineData("listen 8000;\nworker_processes 2;\nerror_log stderr warn;")]
    [InlineData("ssl_certificate_key /own/files/server.key;")]
    [InlineData("key_file = /etc/hostname\nssl_key /etc/hostname")]
    [InlineData("{\"model\":\"a/b\",\"max_tokens\":4096,\"stop_tokens\":[\"</s>\"]}")]
    [InlineData("# the password for the database is in the environment")]
    [InlineData("key value\ntoken: Hello\nproxy_cache_key $scheme$host;")]
    [InlineData("http { server { listen 1; location / { return 200 \"$pid\"; } } }")]
    [InlineData("")]
    public void Ordinary_lines_have_none(string content) => Assert.Empty(FileSecrets.Find(content, "/own/files"));
}
