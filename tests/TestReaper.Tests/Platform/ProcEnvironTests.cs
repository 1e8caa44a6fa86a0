using System.Text;
using TestReaper.Platform.Linux;
using TestReaper.Tests.Reaping;
using Xunit;

namespace TestReaper.Tests.Platform;

public sealed class ProcEnvironTests : RealTrees
{
    [Theory(Timeout = 30_000)]
    [InlineData("TESTREAPER_SCOPE=abc\0", true)]
    [InlineData("TESTREAPER_SCOPE=abc", true)]
    [InlineData("A=1\0TESTREAPER_SCOPE=abc\0B=2\0", true)]
    [InlineData("TESTREAPER_SCOPE=abc:x\0", true)]
    [InlineData("TESTREAPER_SCOPE=x:abc:y\0", true)]
    [InlineData("TESTREAPER_SCOPE=x:abc\0", true)]
    [InlineData("TESTREAPER_SCOPE=x::abc:\0", true)]
    [InlineData("\0\0TESTREAPER_SCOPE=abc\0", true)]
    [InlineData("TESTREAPER_SCOPE=x\0TESTREAPER_SCOPE=abc\0", true)]
    [InlineData("TESTREAPER_SCOPE=abcd\0", false)]
    [InlineData("TESTREAPER_SCOPE=xabc\0", false)]
    [InlineData("TESTREAPER_SCOPE=ab:c\0", false)]
    [InlineData("TESTREAPER_SCOPE=ABC\0", false)]
    [InlineData("TESTREAPER_SCOPE=\0abc\0", false)]
    [InlineData("TESTREAPER_SCOPE\0=abc\0", false)]
    [InlineData("TESTREAPER_SCOPES=abc\0", false)]
    [InlineData("MY_TESTREAPER_SCOPE=abc\0", false)]
    [InlineData("X=TESTREAPER_SCOPE=abc\0", false)]
    [InlineData("testreaper_scope=abc\0", false)]
    [InlineData("TESTREAPER_SCOP", false)]
    [InlineData("\0", false)]
    [InlineData("", false)]
    public async Task A_scope_matches_only_a_whole_element_of_the_list(string environment, bool expected)
    {
        await Task.CompletedTask;
        Assert.Equal(expected, LinuxProcessMarks.HasScope(Encoding.UTF8.GetBytes(environment), "abc"));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_environment_of_a_real_process_is_read()
    {
        var info = Info("--children", "1");
        info.Environment["TESTREAPER_SCOPE"] = "one:two";
        using var process = System.Diagnostics.Process.Start(info)!;
        var child = await OneAsync("child");

        Assert.True(ProcEnviron.CarriesScope(process.Id, "one"));
        Assert.True(ProcEnviron.CarriesScope(child.Pid, "two"));
        Assert.False(ProcEnviron.CarriesScope(child.Pid, "three"));
        Assert.Null(ProcEnviron.CarriesScope(int.MaxValue, "one"));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_scope_at_the_end_of_a_large_environment_is_found()
    {
        var info = Info();
        info.Environment.Clear();
        for (var i = 0; i < 8; i++)
        {
            info.Environment[$"A{i}"] = new string('x', 100_000);
        }

        info.Environment["TESTREAPER_SCOPE"] = "late";
        using var process = System.Diagnostics.Process.Start(info)!;
        await OneAsync("root");

        Assert.True(ProcEnviron.CarriesScope(process.Id, "late"));
    }

    /// <summary>The environment of a zombie reads as empty without an error. That means "unknown", not "no scope".</summary>
    [Fact(Timeout = 30_000)]
    public async Task A_zombie_gives_no_answer()
    {
        using var parent = StartBelowNeglectfulParent("--exit-after", "0");
        try
        {
            await Infrastructure.Poll.UntilAsync(() => Registry.Registered().Count == 1, "the child to enter");
            var child = Registry.Registered()[0].Pid;
            await Infrastructure.Poll.UntilAsync(() => Infrastructure.ProcStat.StateOf(child) == 'Z', "the child to exit");

            Assert.Null(ProcEnviron.CarriesScope(child, "any"));
        }
        finally
        {
            parent.Kill();
        }
    }
}
