using TestReaper.Servers.Files;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>Names and contents of files that are refused before anything is started.</summary>
public sealed class FileNamesTests : StartingServers
{
    [Theory(Timeout = 30_000)]
    [InlineData("", "it must end with the name of a file")]
    [InlineData(" ", "it must end with the name of a file")]
    [InlineData(".", "it must end with the name of a file")]
    [InlineData("conf/", "it must end with the name of a file")]
    [InlineData("conf/.", "it must end with the name of a file")]
    [InlineData("/etc/passwd", "it is absolute")]
    [InlineData("//a", "it is absolute")]
    [InlineData("..", "it has a part '..'")]
    [InlineData("../a", "it has a part '..'")]
    [InlineData("a/../../b", "it has a part '..'")]
    [InlineData("a/../b", "it has a part '..'")]
    [InlineData("a/..", "it has a part '..'")]
    [InlineData("./../a", "it has a part '..'")]
    [InlineData("a\0b", "'a\\0b' is not a name for a file in Files: it holds a NUL character")]
    [InlineData("conf\\a", "it holds a backslash")]
    public async Task A_name_that_leaves_the_directory_is_refused(string name, string reason) => await RefuseAsync(reason, (name, ""));

    [Fact(Timeout = 30_000)]
    public async Task Names_of_the_same_file_are_refused()
    {
        await RefuseAsync("'a/b' and 'a//b' in Files are the same file", ("a/b", ""), ("a//b", ""));
        await RefuseAsync("'a' and './a' in Files are the same file", ("a", ""), ("./a", ""));
        await RefuseAsync("'./a' in Files is a file, so it cannot contain 'a/b/c'", ("a/b/c", ""), ("./a", ""));
    }

    [Fact(Timeout = 30_000)]
    public async Task Null_is_refused()
    {
        await RefuseAsync("The content of 'a' in Files is null", ("a", null!));
        Contains(
            "Arguments, Environment, Files and PortBlocks cannot be null",
            (await Assert.ThrowsAsync<ArgumentException>(() => StartAsync(Server() with { Files = null! }))).Message);
    }

    [Theory]
    [InlineData("a", "a")]
    [InlineData("./a", "a")]
    [InlineData("a//b/./c", "a/b/c")]
    [InlineData("...", "...")]
    [InlineData("..a/b..", "..a/b..")]
    [InlineData(".hidden", ".hidden")]
    public void Other_names_are_allowed(string name, string normalized)
    {
        Assert.Null(FileNames.FindProblem(new Dictionary<string, string> { [name] = "" }));
        Assert.Equal(normalized, FileNames.Normalize(name));
    }

    private async Task RefuseAsync(string reason, params (string Name, string Content)[] files)
    {
        var options = Server() with { Files = files.ToDictionary(file => file.Name, file => file.Content) };

        Contains(reason, (await Assert.ThrowsAsync<ArgumentException>(() => StartAsync(options))).Message);
    }
}
