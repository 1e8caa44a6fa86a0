using TestReaper.Platform.Windows.Launch;
using TestReaper.Platform.Windows.Processes;
using Xunit;

namespace TestReaper.Tests.Platform;

/// <summary>The texts that Windows wants: pure functions, which run everywhere.</summary>
public sealed class WindowsTextTests
{
    [Theory]
    [InlineData("plain")]
    [InlineData("with space")]
    [InlineData("")]
    [InlineData("quote\"inside")]
    [InlineData(@"back\slash")]
    [InlineData(@"ends with\")]
    [InlineData(@"space and ends with\")]
    [InlineData("\\\"")]
    [InlineData(@"\\server\share dir\")]
    [InlineData("tab\there")]
    public void A_command_line_is_split_into_the_words_that_it_was_joined_from(string argument)
    {
        var line = CommandLineText.Join(@"C:\a program\x.exe", [argument, "last"]);

        Assert.Equal([@"C:\a program\x.exe", argument, "last"], CommandLineText.Split(line));
    }

    [Theory]
    [InlineData("a.exe  x\ty", new[] { "a.exe", "x", "y" })]
    [InlineData("\"a b.exe\" \"c d\"e", new[] { "a b.exe", "c de" })]
    [InlineData(@"a.exe ""x\\"" y", new[] { "a.exe", @"x\", "y" })]
    [InlineData(@"a.exe x\\y", new[] { "a.exe", @"x\\y" })]
    [InlineData("a.exe \"one\"\"two\"", new[] { "a.exe", "one\"two" })]
    [InlineData("", new string[0])]
    public void A_command_line_is_split_as_the_c_runtime_does(string line, string[] words) =>
        Assert.Equal(words, CommandLineText.Split(line));

    [Fact]
    public void An_environment_is_sorted_without_case_and_ends_with_two_nuls() => Assert.Equal(
        "a=1\0B=2\0c=3\0\0",
        EnvironmentBlock.Write(new Dictionary<string, string> { ["c"] = "3", ["B"] = "2", ["a"] = "1" }));

    [Fact]
    public void Of_two_variables_that_differ_in_case_the_later_one_counts() => Assert.Equal(
        "Path=later\0\0",
        EnvironmentBlock.Write(new Dictionary<string, string> { ["Path"] = "first", ["PATH"] = "later" }));

    [Fact]
    public void An_empty_environment_has_two_nuls() => Assert.Equal("\0\0", EnvironmentBlock.Write(new Dictionary<string, string>()));

    [Theory]
    [InlineData("a&calc")]
    [InlineData("%PATH%")]
    [InlineData("\"")]
    [InlineData("a|b")]
    public void A_batch_file_gets_no_argument_that_cmd_would_run(string argument)
    {
        var spec = new TestReaper.Platform.LaunchSpec(
            @"C:\start.cmd", [argument], new Dictionary<string, string>(), @"C:\", Scope: "", RedirectStandardInput: false);

        var error = Assert.Throws<TestReaper.Platform.LaunchException>(() => BatchFiles.WriteCommandLine(spec));

        Assert.Contains("cmd.exe", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_gets_any_argument()
    {
        var spec = new TestReaper.Platform.LaunchSpec(
            @"C:\start.exe", ["a&calc"], new Dictionary<string, string>(), @"C:\", Scope: "", RedirectStandardInput: false);

        Assert.Equal("\"C:\\start.exe\" a&calc", BatchFiles.WriteCommandLine(spec));
    }
}
