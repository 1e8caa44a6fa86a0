using TestReaper.Analyzers.Flow;
using Xunit;

namespace TestReaper.Analyzers.Tests.Kinds;

/// <summary>Texts that ask a server to stop.</summary>
public sealed class StopRequestTests
{
    [Theory]
    [InlineData("stop")]
    [InlineData("-Quit")]
    [InlineData("--shutdown now")]
    [InlineData("server.jar stopServer;")]
    [InlineData("http://localhost/stopAll\n")]
    [InlineData("db.shutdown()")]
    [InlineData("-e \"quit\"")]
    [InlineData("stopped, then 'stop'")]
    public void A_request(string text) => Assert.True(StopRequests.Contain(text));

    [Theory]
    [InlineData("")]
    [InlineData("---stop")]
    [InlineData("non-stop")]
    [InlineData("stop-after=3")]
    [InlineData("stops")]
    [InlineData("nonstop")]
    [InlineData("stopServers")]
    [InlineData("stop.txt")]
    [InlineData("a)quit")]
    public void No_request(string text) => Assert.False(StopRequests.Contain(text));
}
