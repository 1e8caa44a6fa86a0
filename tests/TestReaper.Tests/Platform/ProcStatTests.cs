using System.Text;
using TestReaper.Platform;
using TestReaper.Platform.Linux.Procfs;
using Xunit;

namespace TestReaper.Tests.Platform;

public sealed class ProcStatTests
{
    // Recorded on Linux 6.18.
    private const string Tail =
        " S 15018 15018 12128 0 -1 4194304 127 0 1 0 0 0 0 0 20 0 3 0 292932 2990080 409 " +
        "18446744073709551615 94322132951040 94322132968969 140724345575264 0 0 256 0 6 0 1 0 0 17 1 0 0 0 0 0 " +
        "94322132983056 94322132984320 94322381094912 140724345579812 140724345579821 140724345579821 140724345581545 0\n";

    private const string ZombieLine =
        "77 (x) Z 1 77 77 0 -1 4228108 116 0 0 0 0 0 0 0 20 0 1 0 18446744073709551615 0 0 " +
        "0 0 0 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0\n";

    [Theory(Timeout = 30_000)]
    [InlineData("sleep")]
    [InlineData("")]
    [InlineData(") S 1 1 1 0 -1 (")]
    [InlineData("a b) Z")]
    [InlineData("new\nline)\n")]
    [InlineData("))))))))))))))))")]
    [InlineData("((((")]
    [InlineData("\u00e9\u20ac")]
    public async Task A_line_is_parsed_whatever_the_name_of_the_program(string name)
    {
        await Task.CompletedTask;

        Assert.True(Parse($"15021 ({name}){Tail}", out var entry));

        const ulong Image = (94322132951040 * 31) + 140724345579812;
        Assert.Equal(new ProcessEntry(new(15021, 292932), 15018, 15018, 12128, 'S', 3, 409) { Image = Image }, entry);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_zombie_and_a_kernel_thread_are_parsed()
    {
        await Task.CompletedTask;

        Assert.True(Parse(ZombieLine, out var zombie));
        Assert.True(zombie.IsGone);
        Assert.Equal(ulong.MaxValue, zombie.Identity.StartTime);
        Assert.True(Parse("2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 4 0 0 0", out var kernel));
        Assert.Equal(new ProcessEntry(new(2, 4), 0, 0, 0, 'S', 1, 0), kernel);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_group_of_minus_one_is_parsed()
    {
        await Task.CompletedTask;

        Assert.True(Parse("5 (x) X 0 -1 -1 0 -1 4228108 0 0 0 0 0 0 0 0 20 0 0 0 9 0 0 0", out var dead));
        Assert.Equal((-1, -1, 'X'), (dead.GroupId, dead.SessionId, dead.State));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_line_that_ends_before_the_last_needed_field_is_refused()
    {
        await Task.CompletedTask;
        var line = $"15021 (sleep){Tail}";
        var needed = line.IndexOf(" 409 ", StringComparison.Ordinal);

        for (var length = 0; length <= needed; length++)
        {
            Assert.False(Parse(line[..length], out var entry), $"'{line[..length]}' was read as {entry}.");
            Assert.Equal(default, entry);
        }

        Assert.True(Parse(line[..(needed + 4)], out _));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData(")")]
    [InlineData("no such process")]
    [InlineData("x (sleep) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 9 0 0 0")]
    [InlineData("5 (sleep) S x 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 9 0 0 0")]
    [InlineData("5 (sleep) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 x 0 9 0 0 0")]
    [InlineData("5 (sleep) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 -9 0 0 0")]
    [InlineData("5 (sleep) S 1  1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 9 0 0 0")]
    public async Task Garbage_is_refused(string text)
    {
        await Task.CompletedTask;
        Assert.False(Parse(text, out _));
    }

    private static bool Parse(string text, out ProcessEntry entry) => ProcStat.TryParse(Encoding.UTF8.GetBytes(text), out entry);
}
