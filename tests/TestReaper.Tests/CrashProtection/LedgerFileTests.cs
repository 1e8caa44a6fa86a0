using System.Text;
using TestReaper.CrashProtection;
using TestReaper.Platform;
using Xunit;

namespace TestReaper.Tests.CrashProtection;

/// <summary>A ledger is read as it was written, and nothing that cannot be one is believed.</summary>
public sealed class LedgerFileTests
{
    private const string Host = """{"pid":100,"startTime":5,"boot":"b","pidNamespace":"pid:[1]"}""";
    private const string Scope = "0123456789abcdef";

    [Fact]
    public void A_server_that_was_not_reaped_is_found_with_all_that_is_known_of_it()
    {
        var file = Parse(Host, $$"""{"scope":"{{Scope}}","container":"/c","command":"server --port 1"}""", $$"""{"scope":"{{Scope}}","pid":200,"startTime":7}""");

        Assert.Equal(new ProcessIdentity(100, 5), file!.Host);
        Assert.Equal(new LedgerServer(Scope, "/c", "server --port 1", new ProcessIdentity(200, 7)), Assert.Single(file.Servers));
    }

    [Fact]
    public void Its_GPU_is_known_if_it_was_given_one()
    {
        var file = Parse(Host, $$"""{"scope":"{{Scope}}","command":"a","gpu":"0,1"}""", $$"""{"scope":"{{Scope}}","pid":200,"startTime":7}""", """{"scope":"fedcba9876543210","command":"b"}""");

        Assert.Equal(["0,1", null], file!.Servers.Select(server => server.Gpu));
    }

    [Fact]
    public void One_that_was_reaped_is_not() =>
        Assert.Empty(Parse(Host, $$"""{"scope":"{{Scope}}"}""", $$"""{"scope":"{{Scope}}","isGone":true}""")!.Servers);

    [Fact]
    public void A_line_that_was_cut_off_costs_the_others_nothing() =>
        Assert.Single(Parse(Host, """{"scope":"01234""", $$"""{"scope":"{{Scope}}"}""", """{"sco""")!.Servers);

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("0123456789ABCDEF")]
    [InlineData("0123456789abcde.")]
    [InlineData("0123456789abcdef0")]
    public void What_is_no_scope_is_not_looked_for(string scope) => Assert.Empty(Parse(Host, $$"""{"scope":"{{scope}}"}""")!.Servers);

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"pid":1,"startTime":5,"boot":"b","pidNamespace":"p"}""")]
    [InlineData("""{"pid":100,"startTime":5,"boot":"","pidNamespace":"p"}""")]
    [InlineData("""{"scope":"0123456789abcdef","pid":100,"startTime":5,"boot":"b","pidNamespace":"p"}""")]
    public void Without_a_host_it_is_no_ledger(string firstLine) => Assert.Null(Parse(firstLine, $$"""{"scope":"{{Scope}}"}"""));

    private static LedgerFile? Parse(params string[] lines) => LedgerFile.Parse(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));
}
