using NUnit.Framework;
using NUnit.Framework.Internal;
using TestReaper.Tests.Infrastructure;

namespace TestReaper.NUnit.Tests;

public sealed class LogOutputTests : FixtureTest
{
    private static string OutputOfThisTest => TestExecutionContext.CurrentContext.CurrentResult.Output;

    [Test]
    [CancelAfter(30_000)]
    public async Task Lines_of_the_server_reach_the_output_of_the_test_until_the_link_is_disposed()
    {
        var fixture = new ScriptedFixture(EchoServer(), Report);
        await fixture.StartFixtureAsync();

        var link = fixture.WriteLogTo(TestContext.Out);
        await PrintAsync(fixture, "during the test");
        link.Dispose();
        await PrintAsync(fixture, "after its end");
        await fixture.StopFixtureAsync();

        Assert.That(OutputOfThisTest, Does.Contain("during the test").And.Not.Contain("after its end"));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task The_output_of_a_finished_test_gets_no_line_after_its_first_exception()
    {
        var fixture = new ScriptedFixture(EchoServer(), Report);
        await fixture.StartFixtureAsync();
        using var finished = new FinishedWriter();

        using var forgotten = fixture.WriteLogTo(finished);
        using var link = fixture.WriteLogTo(TestContext.Out);
        await PrintAsync(fixture, "first");
        await PrintAsync(fixture, "second");

        Assert.That(OutputOfThisTest, Does.Contain("second"));
        Assert.That(finished.Refusals, Is.EqualTo(1));
        Assert.That(await GetAsync(fixture.BaseAddress), Is.EqualTo("/hello"));
        await fixture.StopFixtureAsync();
        Registry.AssertNoneAlive();
    }

    private ServerProcessOptions EchoServer() => Server(args: "--cat") with { RedirectStandardInput = true };

    /// <summary>Makes the server print a line, and waits until every listener has received it.</summary>
    private static async Task PrintAsync(ScriptedFixture fixture, string line)
    {
        var isReceived = false;
        fixture.Server.Output.Line += received => isReceived |= received == line;
        await fixture.Server.StandardInput.WriteLineAsync(line);
        await fixture.Server.StandardInput.FlushAsync();
        await Poll.UntilAsync(() => Volatile.Read(ref isReceived), $"the server to print '{line}'");
    }

    private sealed class FinishedWriter : StringWriter
    {
        public int Refusals { get; private set; }

        public override void WriteLine(string? value)
        {
            Refusals++;
            throw new ObjectDisposedException(nameof(FinishedWriter));
        }
    }
}
