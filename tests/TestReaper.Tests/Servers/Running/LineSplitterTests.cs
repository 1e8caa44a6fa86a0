using System.Text;
using TestReaper.Secrets;
using TestReaper.Servers.Output;
using Xunit;

namespace TestReaper.Tests.Servers;

public sealed class LineSplitterTests
{
    private const int MaxLine = 64 * 1024;
    private const string Secret = "swordfish-0123456789";

    /// <summary>A line is cut when a read ends beyond the limit. As much as the longest secret is kept for the next piece.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(65_960)]
    [InlineData(65_970)]
    [InlineData(65_979)]
    [InlineData(65_980)]
    [InlineData(69_593)]
    [InlineData(69_602)]
    [InlineData(69_611)]
    [InlineData(81_880)]
    [InlineData(81_890)]
    [InlineData(81_899)]
    [InlineData(81_900)]
    public void A_secret_across_the_cut_of_a_long_line_is_masked(int position)
    {
        var text = new string('x', position) + Secret + new string('y', 2 * MaxLine);
        foreach (var step in (int[])[1000, 4096, 16_384, int.MaxValue])
        {
            var lines = Split(text, step);

            Assert.True(lines.Count > 1);
            Assert.Equal(text.Replace(Secret, "***", StringComparison.Ordinal), string.Concat(lines));
        }
    }

    [Fact]
    public void Every_position_around_the_cut_is_safe()
    {
        const int Cut = 5 * 16_384 - 20;
        for (var position = Cut - 45; position <= Cut + 45; position++)
        {
            var text = new string('x', position) + Secret + new string('y', 100);

            Assert.Equal(new string('x', position) + "***" + new string('y', 100), string.Concat(Split(text, 16_384)));
        }
    }

    [Fact]
    public void A_line_that_consists_of_secrets_is_masked()
    {
        var lines = Split(string.Concat(Enumerable.Repeat(Secret, 10_000)), 16_384);

        Assert.Equal(string.Concat(Enumerable.Repeat("***", 10_000)), string.Concat(lines));
    }

    [Theory]
    [InlineData("a\nb\n", "a", "b")]
    [InlineData("a\r\nb", "a", "b")]
    [InlineData("\n\r\n\n", "", "", "")]
    [InlineData("a\rb\r\r\nc\r", "b", "c")]
    [InlineData("1%\r2%\r3%\n", "3%")]
    [InlineData("\r1%\r2%\r    \rready\n", "ready")]
    [InlineData("\r1%\r2%\r    \r\nnext", "2%", "next")]
    [InlineData("1%\r2%", "2%")]
    [InlineData("\r\r\nnext\r", "", "next")]
    [InlineData("")]
    [InlineData("\u20AC\n\U0001F600", "\u20AC", "\U0001F600")]
    public void Lines_do_not_depend_on_how_the_bytes_arrive(string text, params string[] expected)
    {
        foreach (var step in (int[])[1, 2, 3, 100])
        {
            Assert.Equal(expected, Split(text, step));
        }
    }

    [Fact]
    public void A_character_that_the_end_cuts_off_is_replaced_and_not_dropped()
    {
        var lines = new List<string>();
        var splitter = new LineSplitter(MaxLine, Mask(), line => lines.Add(Mask().Mask(line)));

        splitter.Write("ab"u8);
        splitter.Write([0xE2, 0x82]);
        splitter.Flush();

        Assert.Equal(["ab\uFFFD"], lines);
    }

    private static List<string> Split(string text, int step)
    {
        var lines = new List<string>();
        var splitter = new LineSplitter(MaxLine, Mask(), line => lines.Add(Mask().Mask(line)));
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var start = 0; start < bytes.Length; start += Math.Min(step, bytes.Length))
        {
            splitter.Write(bytes.AsSpan(start, Math.Min(step, bytes.Length - start)));
        }

        splitter.Flush();
        return lines;
    }

    private static SecretMask Mask() => SecretMask.For(["--api-key", Secret], []);
}
