using Xunit;

namespace TestReaper.Tests.Servers;

public sealed class SecretNamesTests
{
    [Theory]
    [InlineData("HF_TOKEN")]
    [InlineData("hf_token")]
    [InlineData("TOKEN")]
    [InlineData("KEY")]
    [InlineData("API_KEY")]
    [InlineData("apiKey")]
    [InlineData("apikey")]
    [InlineData("APIKEY")]
    [InlineData("accessToken")]
    [InlineData("my.api-key")]
    [InlineData("AWS_SECRET_ACCESS_KEY")]
    [InlineData("DB_PASSWORD")]
    [InlineData("PGPASSWORD")]
    [InlineData("PASSWORD_OF_DB")]
    [InlineData("CLIENT_SECRETS")]
    [InlineData("MYSQL_PWD")]
    [InlineData("SSH_PASSPHRASE")]
    public void These_variables_are_secret(string name) => Assert.True(SecretNames.IsSecretVariable(name));

    [Theory]
    [InlineData("")]
    [InlineData("PATH")]
    [InlineData("MONKEY")]
    [InlineData("monkey")]
    [InlineData("TURKEY_COUNT")]
    [InlineData("PWD")]
    [InlineData("OLDPWD")]
    [InlineData("KEYBOARD")]
    [InlineData("KEY_FILE")]
    [InlineData("TOKENIZER")]
    [InlineData("TOKENIZERS_PARALLELISM")]
    [InlineData("MAX_TOKENS")]
    [InlineData("AWS_ACCESS_KEY_ID")]
    public void These_variables_are_not(string name) => Assert.False(SecretNames.IsSecretVariable(name));

    [Theory]
    [InlineData("--api-key")]
    [InlineData("-api-key")]
    [InlineData("--apiKey")]
    [InlineData("--api_key")]
    [InlineData("--hf-token")]
    [InlineData("--auth.token")]
    [InlineData("--password")]
    [InlineData("--ssl-keyfile-password")]
    public void These_options_are_secret(string option) => Assert.True(SecretNames.IsSecretOption(option));

    [Theory]
    [InlineData("api-key")]
    [InlineData("--")]
    [InlineData("-")]
    [InlineData("--max-tokens")]
    [InlineData("--tokenizer")]
    [InlineData("--keyboard")]
    [InlineData("--monkey")]
    [InlineData("--port")]
    public void These_options_are_not(string option) => Assert.False(SecretNames.IsSecretOption(option));
}
