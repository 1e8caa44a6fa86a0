using System.Text;
using TestReaper.CrashProtection;
using TestReaper.Platform;
using Xunit;

namespace TestReaper.Tests.CrashProtection;

/// <summary>A ledger is read as it was written. Invalid content is ignored.</summary>
public sealed class LedgerFileTests
{
    private const string Host = """{"pid":100,"startTime":5,"boot":"b","pidNamespace":"pid:[1]"}""";
    private const string Scope = "0123456789abcdef";

    [Fact]
    public void A_server_that_was_not_reaped_is_read_with_all_its_data()
    {
        var file = Parse(
            Host,
            $$"""{"scope":"{{Scope}}","container":"/c","command":"server --port 1"}""",
            $$"""{"scope":"{{Scope}}","pid":200,"startTime":7}""");

        Assert.Equal(new ProcessIdentity(100, 5), file!.Host);
        var server = Assert.Single(file.Servers);
        Assert.Equal((Scope, "/c", "server --port 1", null), (server.Scope, server.Container, server.CommandLine, server.Gpu));
        Assert.Empty(server.Recorded);
        Assert.Empty(server.Memory);
    }

    [Fact]
    public void Its_GPU_is_read_if_there_is_one()
    {
        var file = Parse(
            Host,
            $$"""{"scope":"{{Scope}}","command":"a","gpu":"0,1"}""",
            $$"""{"scope":"{{Scope}}","pid":200,"startTime":7}""",
            """{"scope":"fedcba9876543210","command":"b"}""");

        Assert.Equal(["0,1", null], file!.Servers.Select(server => server.Gpu));
    }

    [Fact]
    public void A_reaped_server_is_not_read() =>
        Assert.Empty(Parse(Host, $$"""{"scope":"{{Scope}}"}""", $$"""{"scope":"{{Scope}}","isGone":true}""")!.Servers);

    [Fact]
    public void An_incomplete_line_does_not_affect_the_others() =>
        Assert.Single(Parse(Host, """{"scope":"01234""", $$"""{"scope":"{{Scope}}"}""", """{"sco""")!.Servers);

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("0123456789ABCDEF")]
    [InlineData("0123456789abcde.")]
    [InlineData("0123456789abcdef0")]
    public void A_string_that_is_not_a_scope_id_is_ignored(string scope) =>
        Assert.Empty(Parse(Host, $$"""{"scope":"{{scope}}"}""")!.Servers);

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"pid":1,"startTime":5,"boot":"b","pidNamespace":"p"}""")]
    [InlineData("""{"pid":100,"startTime":5,"boot":"","pidNamespace":"p"}""")]
    [InlineData("""{"scope":"0123456789abcdef","pid":100,"startTime":5,"boot":"b","pidNamespace":"p"}""")]
    public void A_file_without_a_host_line_is_not_a_ledger(string firstLine) =>
        Assert.Null(Parse(firstLine, $$"""{"scope":"{{Scope}}"}"""));

    private static LedgerFile? Parse(params string[] lines) => LedgerFile.Read(
        new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n")));
}
