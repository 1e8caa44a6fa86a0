using TestReaper.Secrets;
using Xunit;

namespace TestReaper.Tests.Servers;

public sealed class SecretMaskTests
{
    private static readonly SecretMask None = Of([]);

    [Fact(Timeout = 30_000)]
    public async Task A_secret_that_contains_another_one_is_masked_completely() =>
        await MasksAsync(Variables("swordfish", "swordfish-two"), "a swordfish-two, a swordfish", "a ***, a ***");

    [Fact(Timeout = 30_000)]
    public async Task Short_secrets_are_masked_where_they_stand_alone() =>
        await MasksAsync(Variables("a1", "x-z"), "a1=x-z; a12 x-zz (a1)", "***=***; a12 x-zz (***)");

    /// <summary>"test" and 5432 are in ordinary lines: they are masked only beside a name that says what they are.</summary>
    [Theory(Timeout = 30_000)]
    [InlineData("test", "a test of the port 5432", "a test of the port 5432")]
    [InlineData("Root", "the Root node", "the Root node")]
    [InlineData("5432", "listens on 5432", "listens on 5432")]
    [InlineData("123456", "request 51234567 took 123456 us", "request 51234567 took *** us")]
    [InlineData("test", "worker --api-key test", "worker --api-key ***")]
    [InlineData("test", "connect with password=test", "connect with password=***")]
    [InlineData("test", "HF_TOKEN=test exec test", "HF_TOKEN=*** exec test")]
    [InlineData("test", "postgres://test:test@db/test", "postgres://test:***@db/test")]
    [InlineData("EMPTY", "--api-key EMPTY is EMPTY", "--api-key EMPTY is EMPTY")]
    public async Task Short_words_and_numbers_stay_visible_in_ordinary_lines(string secret, string text, string expected) =>
        await MasksAsync(Variables(secret), text, expected);

    [Theory(Timeout = 30_000)]
    [InlineData("1")]
    [InlineData("")]
    [InlineData("true")]
    [InlineData("None")]
    [InlineData("auto")]
    public async Task Switches_and_single_characters_are_not_secrets(string value) =>
        await MasksAsync(Variables(value), "1 true None auto", "1 true None auto");

    [Theory(Timeout = 30_000)]
    [InlineData("--api-key", "swordfish")]
    [InlineData("-password", "swordfish")]
    [InlineData("--api-key=swordfish")]
    [InlineData("--auth.token=swordfish")]
    [InlineData("HF_TOKEN=swordfish")]
    [InlineData("-c", "exec server --api-key swordfish")]
    [InlineData("-c", "exec server --api-key=swordfish --port 1")]
    [InlineData("-c", "exec server --api-key \"swordfish\"")]
    [InlineData("-c", "HF_TOKEN=swordfish exec server")]
    public async Task The_value_of_an_argument_is_masked_wherever_it_appears(params string[] arguments) =>
        await MasksAsync(Of(arguments), "the key is swordfish!", "the key is ***!");

    [Theory(Timeout = 30_000)]
    [InlineData("--port", "swordfish")]
    [InlineData("--port=swordfish")]
    [InlineData("swordfish")]
    [InlineData("--no-key")]
    public async Task Other_arguments_are_shown(params string[] arguments) =>
        await MasksAsync(Of([.. arguments, "--api-key"]), "swordfish", "swordfish");

    [Theory(Timeout = 30_000)]
    [InlineData("worker --api-key abc --port 1", "worker --api-key *** --port 1")]
    [InlineData("worker --api-key=abc --port 1", "worker --api-key=*** --port 1")]
    [InlineData("--password \"a b\" --port 1", "--password *** --port 1")]
    [InlineData("worker --tokenizer abc --max-tokens 7", "worker --tokenizer abc --max-tokens 7")]
    [InlineData("worker --api-key --verbose", "worker --api-key --verbose")]
    [InlineData("redis-server --requirepass hunter2 --masterauth hunter3", "redis-server --requirepass *** --masterauth ***")]
    [InlineData("mysql --pass hunter2 --port 1", "mysql --pass *** --port 1")]
    [InlineData("server --api-keys a1,b2 x", "server --api-keys *** x")]
    [InlineData("server --ServiceOptions:ApiKey=hunter2 x", "server --ServiceOptions:ApiKey=*** x")]
    [InlineData("server --ServiceOptions:ApiKey hunter2 x", "server --ServiceOptions:ApiKey *** x")]
    [InlineData("dotnet msbuild /p:Password=hunter2 -p:NuGetApiKey=hunter2", "dotnet msbuild /p:Password=*** -p:NuGetApiKey=***")]
    [InlineData("helm --set auth.password=hunter2 x", "helm --set auth.password=*** x")]
    [InlineData("server --password -hunter2-x --port 1", "server --password *** --port 1")]
    [InlineData("curl -u me:hunter2 -H x", "curl -u me:*** -H x")]
    [InlineData("docker run -u 1000:1000 x", "docker run -u 1000:1000 x")]
    [InlineData("curl -H Authorization: Bearer hunter2 --port 1", "curl -H Authorization: Bearer *** --port 1")]
    [InlineData("curl -H \"Authorization: Basic aHVudGVyMg==\" x", "curl -H \"Authorization: Basic ***\" x")]
    [InlineData("X-Api-Key: hunter2", "X-Api-Key: ***")]
    [InlineData("sent Bearer eyJhbGciOiJIUzI1NiJ9.e30.x to it", "sent Bearer *** to it")]
    [InlineData("GET /health?api_key=hunter2&x=1", "GET /health?api_key=***&x=1")]
    [InlineData("GET /x?a=b&token=abc#part", "GET /x?a=b&token=***#part")]
    [InlineData("Host=db;Username=u;Password=hunter2;Pooling=true", "Host=db;Username=u;Password=***;Pooling=true")]
    [InlineData("Server=db;User Id=sa;Pwd=a,b x", "Server=db;User Id=sa;Pwd=*** x")]
    [InlineData("AccountName=a;AccountKey=aGVsbG8=;EndpointSuffix=b", "AccountName=a;AccountKey=***;EndpointSuffix=b")]
    [InlineData("{\"api_key\": \"hunter2\", \"port\": 1}", "{\"api_key\": \"***\", \"port\": 1}")]
    [InlineData("{\"api_key\":\"hun\\\"ter2\",\"port\":1}", "{\"api_key\":\"***\",\"port\":1}")]
    [InlineData("{'password': 'hunter2'}", "{'password': '***'}")]
    [InlineData("\"{\\\"api_key\\\": \\\"hunter2\\\"}\"", "\"{\\\"api_key\\\": \\\"***\\\"}\"")]
    [InlineData("{\"api_keys\": [\"hunter2\", \"hunter3\"]}", "{\"api_keys\": [***]}")]
    [InlineData("<user>me</user><password>hunter2</password>", "<user>me</user><password>***</password>")]
    [InlineData("password: hunter2", "password: ***")]
    [InlineData("password = hunter2", "password = ***")]
    [InlineData("password: try again", "password: try again")]
    [InlineData("server --password $PASSWORD --token ${TOKEN}", "server --password $PASSWORD --token ${TOKEN}")]
    [InlineData("#new-token: 6, #cached-token: 12345, token usage: 0.05", "#new-token: 6, #cached-token: 12345, token usage: 0.05")]
    [InlineData("Unknown key: model, cache_key=attention", "Unknown key: model, cache_key=attention")]
    [InlineData("if (token == value) key => 1", "if (token == value) key => 1")]
    [InlineData("12:30:01 INFO: PASS: all bearer tests of the authors pass", "12:30:01 INFO: PASS: all bearer tests of the authors pass")]
    [InlineData("--max-total-tokens 4096 --stop-tokens a1b2c3 -x", "--max-total-tokens 4096 --stop-tokens a1b2c3 -x")]
    [InlineData("a - b -- c", "a - b -- c")]
    public async Task Options_of_unknown_commands_are_masked(string text, string expected) => await MasksAsync(None, text, expected);

    [Theory(Timeout = 30_000)]
    [InlineData("postgres://user:pass@host/db", "postgres://user:***@host/db")]
    [InlineData("see http://u:p@a/ and http://:q@b/", "see http://u:***@a/ and http://:***@b/")]
    [InlineData("redis+tls://user:p:a:s@host:1", "redis+tls://user:***@host:1")]
    [InlineData("amqp://user:p@ss@host", "amqp://user:***@host")]
    [InlineData("postgres://u:hun/ter2@h/db", "postgres://u:***@h/db")]
    [InlineData("postgres://u:12/34@h/db", "postgres://u:***@h/db")]
    [InlineData("https://hunter2@github.com/x", "https://***@github.com/x")]
    [InlineData("https://ghp_0123456789abcdef:x-oauth@github.com/x", "https://***:***@github.com/x")]
    [InlineData("ssh://git@github.com/x", "ssh://git@github.com/x")]
    [InlineData("http://[::1]:80/a@b", "http://[::1]:80/a@b")]
    [InlineData("http://host:80/a@b", "http://host:80/a@b")]
    [InlineData("http://host/x:y@z", "http://host/x:y@z")]
    public async Task Passwords_in_addresses_are_masked(string text, string expected) => await MasksAsync(None, text, expected);

    /// <summary>A private key has many lines, and output is masked line by line.</summary>
    [Fact(Timeout = 30_000)]
    public async Task Each_line_of_a_secret_of_several_lines_is_masked() =>
        await MasksAsync(
            Variables("MIIEvQIBADANBg\r\nkqhkiG9w0BAQEF\n"), "the lines MIIEvQIBADANBg and kqhkiG9w0BAQEF", "the lines *** and ***");

    /// <summary>A secret that was read from a file often ends with a newline that is never printed.</summary>
    [Fact(Timeout = 30_000)]
    public async Task Blanks_around_a_secret_are_not_part_of_it() =>
        await MasksAsync(Variables(" swordfish\n"), "swordfish", "***");

    /// <summary>A server logs its configuration as JSON, its requests as URLs, its headers in base64.</summary>
    [Theory(Timeout = 30_000)]
    [InlineData("p@ss\"w0rd/+", "p@ss\\\"w0rd/+")]
    [InlineData("p@ss\"w0rd/+", "p@ss\\u0022w0rd/\\u002B")]
    [InlineData("pässword<1", "p\\u00e4ssword<1")]
    [InlineData("password<&1", "password\\u003c\\u00261")]
    [InlineData("p@ss\"w0rd/+", "p%40ss%22w0rd%2F%2B")]
    [InlineData("p@ss\"w0rd/+", "p%40ss%22w0rd%2f%2b")]
    [InlineData("p@ss w0rd/+", "p%40ss+w0rd%2F%2B")]
    [InlineData("p@ss\"w0rd/+", "p@ss&quot;w0rd/+")]
    [InlineData("two words", "two words")]
    [InlineData("-----BEGIN KEY-----\nMIIEvQIBADANBg\n", "-----BEGIN KEY-----\\nMIIEvQIBADANBg")]
    public async Task A_known_secret_is_masked_in_each_form(string secret, string form) =>
        await MasksAsync(Variables(secret), $"it is <{form}>!", "it is <***>!");

    [Theory(Timeout = 30_000)]
    [InlineData("")]
    [InlineData("u:")]
    [InlineData("me:")]
    [InlineData("user:")]
    public async Task A_known_secret_is_masked_in_base64_at_each_alignment(string before)
    {
        await Task.CompletedTask;
        const string secret = "p@ss\"w0rd-swordfish";
        var encoded = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(before + secret + "\n"));

        var masked = Variables(secret).Mask($"it is {encoded}");

        // The text left besides the stars is too short to contain a word of it.
        Assert.Contains("***", masked, StringComparison.Ordinal);
        Assert.InRange(masked.Length, 0, "it is ***".Length + 12);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_value_of_an_option_is_masked_with_all_its_words_where_arguments_are_known()
    {
        await Task.CompletedTask;
        Assert.Equal("server --passphrase *** --port 1", None.MaskArguments(["server", "--passphrase", "correct horse", "--port", "1"]));
        Assert.Equal("curl -H Authorization: Bearer *** x", None.MaskArguments(["curl", "-H", "Authorization: Bearer a b", "x"]));
        Assert.Equal("server --port 1 --verbose", None.MaskArguments(["server", "--port", "1", "--verbose"]));
    }

    /// <summary>One mask per tree: a secret of the environment may appear as an argument of a worker.</summary>
    [Theory(Timeout = 30_000)]
    [InlineData("DATABASE_URL", "postgres://u:swordfish@h/db")]
    [InlineData("ConnectionStrings__Main", "Host=h;Password=swordfish;")]
    [InlineData("APP_CONFIG", "{\"password\": \"swordfish\"}")]
    [InlineData("HTTP_AUTHORIZATION", "Bearer swordfish")]
    public async Task A_secret_within_a_variable_is_known(string name, string value) =>
        await MasksAsync(SecretMask.For([], [KeyValuePair.Create(name, value)]), "worker swordfish", "worker ***");

    [Fact(Timeout = 30_000)]
    public async Task A_directory_is_not_a_secret_whatever_its_variable_is_called() =>
        await MasksAsync(SecretMask.For([], [KeyValuePair.Create("START_PWD", "/usr/bin")]), "/usr/bin/env", "/usr/bin/env");

    [Fact(Timeout = 30_000)]
    public async Task An_exception_with_a_secret_is_replaced_including_its_inner_ones_and_others_stay()
    {
        await Task.CompletedTask;
        var mask = Variables("swordfish");
        var clean = new InvalidOperationException("no answer", new IOException("closed"));
        var error = new InvalidOperationException("no answer", new IOException("GET /?k=swordfish failed"));

        Assert.Same(clean, mask.Mask(clean));
        var masked = mask.Mask(error);
        Assert.Equal(("no answer", "GET /?k=*** failed"), (masked.Message, masked.InnerException!.Message));
        Assert.DoesNotContain("swordfish", masked.ToString(), StringComparison.Ordinal);
        Assert.Contains("System.IO.IOException", masked.ToString(), StringComparison.Ordinal);
    }

    /// <summary>A scan that reads the rest of the text again for each piece would take hours for 4 MiB.</summary>
    [Theory(Timeout = 30_000)]
    [InlineData("--password ")]
    [InlineData("a=\"")]
    [InlineData("token: [")]
    [InlineData("\\\"key\\\": \\\"")]
    [InlineData("x://u:p/")]
    [InlineData("password     ")]
    [InlineData("a_key-")]
    [InlineData("bearer ")]
    [InlineData("password='")]
    [InlineData("-u \"")]
    [InlineData("-u -----BEGIN ")]
    [InlineData("--password [\"")]
    [InlineData("-u [\"")]
    [InlineData("x%3A%2F%2Fu%3A")]
    public async Task Each_character_is_read_a_bounded_number_of_times(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, 4 * 1024 * 1024 / piece.Length));

        await Task.Run(() => None.Mask(text));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("-a ")]
    [InlineData("a-")]
    [InlineData("-a -a \"")]
    [InlineData("x://:")]
    [InlineData("://a:")]
    [InlineData(" ")]
    public async Task A_long_line_is_scanned_quickly(string piece)
    {
        var line = "a://b:c -d " + string.Concat(Enumerable.Repeat(piece, 80_000 / piece.Length));

        await Task.Run(() => Variables("abcd", "xy").Mask(line));
    }

    private static SecretMask Of(string[] arguments) => SecretMask.For(arguments, []);

    private static SecretMask Variables(params string[] values) =>
        SecretMask.For([], values.Select((value, index) => KeyValuePair.Create($"NAME{index}_TOKEN", value)));

    private static Task MasksAsync(SecretMask mask, string text, string expected)
    {
        Assert.Equal(expected, mask.Mask(text));
        return Task.CompletedTask;
    }
}
