using TestReaper.Platform.Linux.Sockets;
using TestReaper.Servers.Ports;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>Placeholders of ports in texts, and the range of ports.</summary>
public sealed class PortTextTests
{
    private static readonly Dictionary<string, int> Ports = new() { ["port"] = 1111, ["web"] = 2222, ["a.b-c_1"] = 3333 };

    [Theory]
    [InlineData("{port}", "1111")]
    [InlineData("http://0.0.0.0:{port}/{port}", "http://0.0.0.0:1111/1111")]
    [InlineData("{port:web},{port:a.b-c_1}", "2222,3333")]
    [InlineData("{port:port}", "1111")]
    [InlineData("{{port}}", "{1111}")]
    [InlineData("{\"port\":{port}}", "{\"port\":1111}")]
    [InlineData("{port:other}", "{port:other}")]
    [InlineData("{Port} {port: web} {port:} {ports} { port } ${port", "{Port} {port: web} {port:} {ports} { port } ${port")]
    [InlineData("", "")]
    public void A_placeholder_becomes_its_port_and_other_text_stays(string text, string expected) =>
        Assert.Equal(expected, PortTemplate.Expand(text, Ports));

    [Theory]
    [InlineData("nothing")]
    [InlineData("{port}", "port")]
    [InlineData("{port} {port:web} {port:web} {port:port}", "port", "web")]
    [InlineData("{port:b}{port:a}{PORT}", "b", "a")]
    public void Names_are_listed_once_in_order_of_appearance(string text, params string[] expected) =>
        Assert.Equal(expected, PortTemplate.Names(new ServerProcessOptions { FileName = "x", Arguments = [text, text] }));

    [Theory]
    [InlineData("32768\t60999\n", 32768, 60999)]
    [InlineData("1024 65535", 1024, 65535)]
    [InlineData("5000\t5000\n", 5000, 5000)]
    [InlineData("60999\t32768\n", 32768, 60999)]
    [InlineData("32768\n", 32768, 60999)]
    [InlineData("a\tb\n", 32768, 60999)]
    [InlineData("", 32768, 60999)]
    public void The_ephemeral_range_is_read_or_assumed_to_be_the_default(string text, int first, int last) =>
        Assert.Equal((first, last), LinuxSockets.ParsePorts(text));

    [Theory]
    [InlineData(32768, 60999, 10_000, 65_535, 22_768 + 4_536)]
    [InlineData(10_100, 65_535, 10_000, 10_099, 100)]
    [InlineData(1024, 65_000, 65_001, 65_535, 535)]
    [InlineData(1024, 65_535, 10_000, 65_535, 55_536)]
    [InlineData(10_099, 65_535, 10_000, 65_535, 55_536)]
    public void Candidates_lie_outside_the_ephemeral_range_while_there_are_enough(int first, int last, int lowest, int highest, int count)
    {
        var candidates = PortAllocator.Candidates((first, last));

        Assert.Equal((lowest, highest, count), (candidates[0], candidates[^1], candidates.Length));
        Assert.True(count > 50_000 || Array.TrueForAll(candidates, port => port < first || port > last));
    }
}
