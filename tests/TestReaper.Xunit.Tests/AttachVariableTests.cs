using TestReaper.Fixtures;
using Xunit;

namespace TestReaper.Xunit.Tests;

public sealed class AttachVariableTests
{
    [Theory]
    [InlineData("Nested=http://host:1/", "http://host:1/")]
    [InlineData("TestReaper.Xunit.Tests.AttachVariableTests+Nested=http://host:1/", "http://host:1/")]
    [InlineData("Other=http://host:1/;Nested=https://host:2/v1", "https://host:2/v1")]
    [InlineData(" Other=http://host:1/ ; Nested=redis://[::1]:6379 ; ", "redis://[::1]:6379")]
    [InlineData("Nested=http://host:1/?a=b", "http://host:1/?a=b")]
    [InlineData("Nested=http://host:1/;Nested=http://host:2/", "http://host:1/")]
    public void An_entry_for_the_fixture_is_found(string value, string address) =>
        Assert.Equal(new Uri(address), AttachVariable.Parse(value, typeof(Nested)));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ; ")]
    [InlineData("Other=http://host:1/")]
    [InlineData("nested=http://host:1/")]
    [InlineData("AttachVariableTests=http://host:1/")]
    public void Without_an_entry_for_the_fixture_nothing_is_attached(string? value) =>
        Assert.Null(AttachVariable.Parse(value, typeof(Nested)));

    [Theory]
    [InlineData("Nested")]
    [InlineData("=http://host:1/")]
    [InlineData("Nested=")]
    [InlineData("Nested=127.0.0.1:8000")]
    [InlineData("Nested=localhost:8000")]
    [InlineData("Nested=/v1")]
    [InlineData("http://host:1/")]
    [InlineData("Other=nonsense;Nested=http://host:1/")]
    public void A_malformed_entry_is_refused_with_an_example(string value)
    {
        var failure = Assert.Throws<FormatException>(() => AttachVariable.Parse(value, typeof(Nested)));

        Assert.Contains("TESTREAPER_ATTACH holds '", failure.Message, StringComparison.Ordinal);
        Assert.Contains("FixtureName=http://host:port/", failure.Message, StringComparison.Ordinal);
    }

    private sealed class Nested;
}
