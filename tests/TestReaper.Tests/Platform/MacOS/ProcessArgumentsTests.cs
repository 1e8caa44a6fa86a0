using System.Text;
using TestReaper.Platform.MacOS.Processes;
using Xunit;

namespace TestReaper.Tests.Platform.MacOS;

public sealed class ProcessArgumentsTests
{
    private const string Scope = "0123456789abcdef", Outer = "fedcba9876543210";

    [Fact(Timeout = 30_000)]
    public async Task Arguments_and_environment_are_separated_by_the_number_of_arguments()
    {
        await Task.CompletedTask;
        var read = Parse(3, $"/usr/bin/python3\0\0\0\0python3\0\0A=not a variable\0PATH=/bin\0EMPTY=\0TESTREAPER_SCOPE={Outer}:{Scope}\0");

        Assert.NotNull(read);
        Assert.Equal(["python3", "", "A=not a variable"], read.Arguments);
        Assert.Equal(
            [new("PATH", "/bin"), new("EMPTY", ""), new("TESTREAPER_SCOPE", $"{Outer}:{Scope}")],
            read.Variables());
        Assert.Equal([Outer, Scope], read.Scopes());
    }

    [Fact(Timeout = 30_000)]
    public async Task The_strings_of_the_loader_are_not_variables()
    {
        await Task.CompletedTask;
        var read = Parse(1, "/bin/server\0server\0A=1\0\0ptr_munge=\0main_stack=0x1\0executable_path=/bin/server\0");

        Assert.Equal([new("A", "1")], read!.Variables());
        Assert.Empty(read.Scopes()!);
    }

    /// <summary>The kernel leaves out the environment of a program of the system, so its absence is not an answer.</summary>
    [Theory(Timeout = 30_000)]
    [InlineData("/bin/sh\0\0sh\0-c\0")]
    [InlineData("/bin/sh\0\0sh\0-c\0\0\0\0")]
    public async Task A_hidden_environment_gives_no_answer(string text)
    {
        await Task.CompletedTask;
        var read = Parse(2, text);

        Assert.Equal(["sh", "-c"], read!.Arguments);
        Assert.Null(read.Scopes());
        Assert.Empty(read.Variables());
    }

    [Theory(Timeout = 30_000)]
    [InlineData("TESTREAPER_SCOPE=\0")]
    [InlineData("TESTREAPER_SCOPE=abc\0")]
    [InlineData("TESTREAPER_SCOPES=0123456789abcdef\0")]
    [InlineData("X=TESTREAPER_SCOPE=0123456789abcdef\0")]
    public async Task Other_text_is_not_a_scope(string variable)
    {
        await Task.CompletedTask;
        Assert.Empty(Parse(1, "/bin/a\0a\0" + variable)!.Scopes()!);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_scope_is_found_in_a_second_variable_and_behind_an_empty_one()
    {
        await Task.CompletedTask;
        var read = Parse(1, $"/bin/a\0a\0TESTREAPER_SCOPE={Outer}\0\0TESTREAPER_SCOPE={Scope}:{Outer}\0");

        Assert.Equal([Outer, Scope], read!.Scopes());
    }

    [Theory(Timeout = 30_000)]
    [InlineData(0, "")]
    [InlineData(2, "/bin/a\0a")]
    [InlineData(2, "/bin/a\0a\0")]
    [InlineData(1, "/bin/a")]
    [InlineData(1_000_000, "/bin/a\0a\0b\0")]
    public async Task A_value_that_is_cut_off_gives_no_answer(int count, string text)
    {
        await Task.CompletedTask;
        Assert.Null(Parse(count, text));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_value_without_arguments_has_an_environment()
    {
        await Task.CompletedTask;
        var read = Parse(0, "/bin/a\0A=1\0");

        Assert.Empty(read!.Arguments);
        Assert.Equal([new("A", "1")], read.Variables());
    }

    private static ProcessArguments? Parse(int count, string text) =>
        ProcessArguments.Parse([.. BitConverter.GetBytes(count), .. Encoding.UTF8.GetBytes(text)]);
}
