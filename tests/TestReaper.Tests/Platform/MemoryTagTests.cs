using System.Runtime.Versioning;
using System.Text;
using TestReaper.Platform.Linux.Launch;
using Xunit;

namespace TestReaper.Tests.Platform;

[SupportedOSPlatform("linux")]
public sealed class MemoryTagTests
{
    [Theory]
    [InlineData("/memfd:mark (deleted)", true)]
    [InlineData("/tmp/memfd:mark (deleted)", false)]
    [InlineData("/tmp/a/memfd:mark (deleted)", false)]
    [InlineData("/memfd:mark (deleted) (deleted)", false)]
    [InlineData("/memfd:mark", false)]
    [InlineData("/home/x /memfd:mark (deleted)", false)]
    public void Only_the_whole_path_of_a_line_matches_the_tag(string path, bool expected)
    {
        string[] lines =
        [
            "559c0d400000-559c0d402000 r--p 00000000 fe:01 1234                       /usr/bin/sleep",
            "559c0d500000-559c0d502000 rw-p 00000000 00:00 0 ",
            $"7f0000000000-7f0000001000 ---p 00000000 00:01 2055                       {path}",
            "7f0000002000-7f0000003000 rw-p 00000000 00:00 0                          [stack]",
            "",
        ];
        var maps = Encoding.UTF8.GetBytes(string.Join('\n', lines));

        Assert.Equal(expected, MemoryTag.HasPath(maps, Encoding.UTF8.GetBytes(MemoryTag.InMaps("mark"))));
    }

    [Fact]
    public void The_tag_of_this_process_is_on_it_and_on_no_other()
    {
        var name = $"testreaper-test-{Guid.NewGuid():N}";
        Assert.False(MemoryTag.IsOn(Environment.ProcessId, name));

        Assert.True(MemoryTag.TrySet(name));

        Assert.True(MemoryTag.IsOn(Environment.ProcessId, name));
        Assert.False(MemoryTag.IsOn(Environment.ProcessId, name[..^1]));
        Assert.False(MemoryTag.IsOn(1, name));
    }
}
