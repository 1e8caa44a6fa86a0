using System.Runtime.Versioning;
using System.Text;
using TestReaper.Platform.Linux;
using TestReaper.Platform.Linux.Containers;
using Xunit;

namespace TestReaper.Tests.Platform;

[SupportedOSPlatform("linux")]
public sealed class ProcScopesTests
{
    private const string A = "00000000000000aa", B = "00000000000000bb";

    [Theory(Timeout = 30_000)]
    [InlineData($"TESTREAPER_SCOPE={A}\0", A)]
    [InlineData($"X=1\0TESTREAPER_SCOPE={A}:{B}\0Y=2\0", $"{A} {B}")]
    [InlineData($"TESTREAPER_SCOPE={B}:x:{A}:\0", $"{B} {A}")]
    [InlineData($"TESTREAPER_SCOPE={A}:{A}", A)]
    [InlineData($"TESTREAPER_SCOPE=0{A}\0", "")]
    [InlineData("TESTREAPER_SCOPE=00000000000000AA\0", "")]
    [InlineData($"MY_TESTREAPER_SCOPE={A}\0", "")]
    [InlineData($"X=TESTREAPER_SCOPE={A}\0", "")]
    [InlineData("TESTREAPER_SCOPE", "")]
    [InlineData("\0\0", "")]
    [InlineData("", "")]
    public async Task Scopes_are_read_in_order_and_other_text_is_ignored(string environment, string expected)
    {
        await Task.CompletedTask;
        Assert.Equal(expected, string.Join(' ', LinuxProcessMarks.ParseScopes(Encoding.UTF8.GetBytes(environment))));
    }

    [Theory(Timeout = 30_000)]
    [InlineData($"0::/testreaper-{A}\n", A)]
    [InlineData($"1:cpu:/\n0::/user/testreaper-{A}/inner/testreaper-{B}/x\n", $"{A} {B}")]
    [InlineData($"0::/testreaper-{A}-1\n", "")]
    [InlineData($"0::/my-testreaper-{A}\n", "")]
    [InlineData($"1:cpu:/testreaper-{A}\n0::/\n", "")]
    [InlineData("", "")]
    public async Task Scopes_are_read_from_the_names_of_cgroups(string cgroups, string expected)
    {
        await Task.CompletedTask;
        Assert.Equal(expected, string.Join(' ', CGroups.ParseScopes(cgroups)));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("12 (a) S 1 12 12 34816 12 4194560", true)]
    [InlineData("12 (a ) 1 1) S 1 12 12 34816 12 4194560", true)]
    [InlineData("12 (a) S 1 12 12 34816 99 4194560", false)]
    [InlineData("12 (a) S 1 12 12 0 -1 4194560", false)]
    [InlineData("12 (a) S", false)]
    [InlineData("", false)]
    public async Task The_foreground_group_is_the_one_that_the_terminal_names(string stat, bool expected)
    {
        await Task.CompletedTask;
        Assert.Equal(expected, LinuxTerminal.IsForeground(stat));
    }
}
