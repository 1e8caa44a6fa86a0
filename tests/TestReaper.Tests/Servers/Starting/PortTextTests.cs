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
    [InlineData("{port+1},{port+233},{port:web+10},{port+0},{port:a.b-c_1+007}", "1112,1344,2232,1111,3340")]
    [InlineData("{port:other+1}", "{port:other+1}")]
    [InlineData("{port+} {port+a} {port+1 }", "{port+} {port+a} {port+1 }")]
    [InlineData("{port-1} {port+-1} {port +1} {port+1:web}", "{port-1} {port+-1} {port +1} {port+1:web}")]
    [InlineData("", "")]
    public void A_placeholder_becomes_its_port_and_other_text_stays(string text, string expected) =>
        Assert.Equal(expected, PortTemplate.Expand(text, Ports));

    [Theory]
    [InlineData("nothing")]
    [InlineData("{port}", "port")]
    [InlineData("{port} {port:web} {port:web} {port:port}", "port", "web")]
    [InlineData("{port:b}{port:a}{PORT}", "b", "a")]
    [InlineData("{port:b+1}{port+3}{port:b}", "b", "port")]
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

    [Theory]
    [InlineData(new[] { 0, 1 }, 22_767 + 4_535)]
    [InlineData(new[] { 0, 233, 240 }, 22_768 - 240 + 4_536 - 240)]
    [InlineData(new[] { 0, 51_001 }, 4_535)]
    [InlineData(new[] { 0, 51_000, 55_535 }, 1)]
    public void A_candidate_has_its_derived_ports_outside_the_ephemeral_range_while_there_are_enough(int[] offsets, int count)
    {
        var candidates = PortAllocator.Candidates((32_768, 60_999), offsets);

        Assert.Equal(count, candidates.Length);
        Assert.All(candidates, port => Assert.InRange(port + offsets[^1], 10_000, 65_535));
    }
}
