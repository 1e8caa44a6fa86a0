using TestReaper.Servers;
using TestReaper.Servers.Ports;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>Which text in the content of a file is a placeholder.</summary>
public sealed class FileContentTests
{
    private static readonly Dictionary<string, int> Ports = new() { ["port"] = 1111, ["web"] = 2222 };
    private static readonly Placeholders All = new(Ports, "/t", "/f", 4);
    private static readonly Placeholders PortsOnly = All with { Temp = null, Files = null };

    [Theory]
    [InlineData("listen {port};", "listen 1111;")]
    [InlineData("workers {gpus};", "workers 4;")]
    [InlineData("{port}{port:web+1}{tmp}{files}", "11112223/t/f")]
    [InlineData("{\"port\":{port}}", "{\"port\":1111}")]
    [InlineData("{\"a\":{\"b\":[{port},{port+1}],\"c\":\"{files}/x\"}}", "{\"a\":{\"b\":[1111,1112],\"c\":\"/f/x\"}}")]
    [InlineData("http { server { listen {port}; index {files}/{tmp}; } }", "http { server { listen 1111; index /f//t; } }")]
    [InlineData("{ port: {port} }", "{ port: 1111 }")]
    public void Placeholders_are_replaced(string content, string expected) => Assert.Equal(expected, All.ExpandContent(content));

    [Theory]
    [InlineData("{\"a\":{},\"port\":{\"x\":1},\"tmp\":{}}")]
    [InlineData("map $uri $x { default 1; ~^/(?<n>[0-9]{2,4})$ $n; }")]
    [InlineData("log_format m '$remote_addr ${port} ${tmp} ${files}';")]
    [InlineData("{{port}} {{ port }} {{tmp}} {{files}} {{port+1}}")]
    [InlineData("{%- for m in messages %}{{ m.content }}{% endfor %}")]
    [InlineData("{port:other} {port+1:web} {Port} {PORT} {ports} {port:} { port } {port\n}")]
    [InlineData("{0} {1:N} {} {{}} }{ {{{ }}}")]
    [InlineData("{tmp+1} {files/} {temp} {file} {Files} {gpu} {Gpus}")]
    [InlineData("\r\n\t\0\u00fc\ud83d\ude00 $1 $& ${1} \\1")]
    public void Other_text_stays(string content) => Assert.Equal(content, All.ExpandContent(content));

    [Fact]
    public void Directories_that_the_server_does_not_have_stay() =>
        Assert.Equal("{tmp} {files} 1111", PortsOnly.ExpandContent("{tmp} {files} {port}"));

    [Fact]
    public void A_path_has_directories_only() => Assert.Equal("/t/{port}/f", All.ExpandDirectories("{tmp}/{port}{files}"));

    [Fact]
    public void Only_placeholders_take_ports()
    {
        var files = new Dictionary<string, string> { ["a"] = "${port:x} {{port:y}} {port:z+2}", ["b"] = "{\"a\":{port}}" };

        Assert.Equal(
            [("z", 2), ("port", 0)], PortTemplate.FindUses(new ServerProcessOptions { FileName = "x", Files = files }));
    }
}
