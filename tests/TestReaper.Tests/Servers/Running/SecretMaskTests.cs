using Xunit;

namespace TestReaper.Tests.Servers;

public sealed class SecretMaskTests
{
    private static readonly SecretMask None = Of([]);

    [Fact(Timeout = 30_000)]
    public async Task A_secret_that_contains_another_is_masked_whole() =>
        await MasksAsync(Variables("swordfish", "swordfish-two"), "a swordfish-two, a swordfish", "a ***, a ***");

    [Fact(Timeout = 30_000)]
    public async Task Short_secrets_are_masked_where_they_stand_alone() =>
        await MasksAsync(Variables("ab", "xyz"), "ab=xyz; about xyzzy (ab)", "***=***; about xyzzy (***)");

    [Theory(Timeout = 30_000)]
    [InlineData("1")]
    [InlineData("")]
    [InlineData("true")]
    [InlineData("None")]
    [InlineData("auto")]
    public async Task Switches_and_single_characters_are_no_secrets(string value) =>
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
    public async Task The_value_of_an_argument_is_known_wherever_it_turns_up(params string[] arguments) =>
        await MasksAsync(Of(arguments), "the key is swordfish!", "the key is ***!");

    [Theory(Timeout = 30_000)]
    [InlineData("--port", "swordfish")]
    [InlineData("--port=swordfish")]
    [InlineData("swordfish")]
    [InlineData("--no-key")]
    public async Task Other_arguments_are_told(params string[] arguments) =>
        await MasksAsync(Of([.. arguments, "--api-key"]), "swordfish", "swordfish");

    [Theory(Timeout = 30_000)]
    [InlineData("worker --api-key abc --port 1", "worker --api-key *** --port 1")]
    [InlineData("worker --api-key=abc --port 1", "worker --api-key=*** --port 1")]
    [InlineData("--password \"a b\" --port 1", "--password *** --port 1")]
    [InlineData("worker --tokenizer abc --max-tokens 7", "worker --tokenizer abc --max-tokens 7")]
    [InlineData("worker --api-key --verbose", "worker --api-key --verbose")]
    [InlineData("a - b -- c", "a - b -- c")]
    public async Task Options_of_unknown_commands_are_masked(string text, string expected) => await MasksAsync(None, text, expected);

    [Theory(Timeout = 30_000)]
    [InlineData("postgres://user:pass@host/db", "postgres://user:***@host/db")]
    [InlineData("see http://u:p@a/ and http://:q@b/", "see http://u:***@a/ and http://:***@b/")]
    [InlineData("redis+tls://user:p:a:s@host:1", "redis+tls://user:***@host:1")]
    [InlineData("amqp://user:p@ss@host", "amqp://user:***@host")]
    [InlineData("http://host:80/a@b", "http://host:80/a@b")]
    [InlineData("http://host/x:y@z", "http://host/x:y@z")]
    public async Task Passwords_in_addresses_are_masked(string text, string expected) => await MasksAsync(None, text, expected);

    /// <summary>A private key has many lines, and output is masked line by line.</summary>
    [Fact(Timeout = 30_000)]
    public async Task Each_line_of_a_secret_of_several_lines_is_masked() =>
        await MasksAsync(Variables("MIIEvQIBADANBg\r\nkqhkiG9w0BAQEF\n"), "the lines MIIEvQIBADANBg and kqhkiG9w0BAQEF", "the lines *** and ***");

    /// <summary>A secret that was read from a file often ends with a newline that nobody prints.</summary>
    [Fact(Timeout = 30_000)]
    public async Task Blanks_around_a_secret_are_no_part_of_it() =>
        await MasksAsync(Variables(" swordfish\n"), "swordfish", "***");

    [Theory(Timeout = 30_000)]
    [InlineData("-a ")]
    [InlineData("a-")]
    [InlineData("-a -a \"")]
    [InlineData("x://:")]
    [InlineData("://a:")]
    [InlineData(" ")]
    public async Task No_long_line_takes_long(string piece)
    {
        var line = "a://b:c -d " + string.Concat(Enumerable.Repeat(piece, 80_000 / piece.Length));

        // A regular expression that takes longer than a second throws.
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
