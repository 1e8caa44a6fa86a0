using NUnit.Framework;
using TestReaper.Tests.Infrastructure;

namespace TestReaper.NUnit.Tests;

/// <summary>The fixture, run by the real NUnit.</summary>
public sealed class ClassIsFixtureTests : ServerProcessFixture
{
    private readonly List<string> _events = [];
    private readonly List<int> _serversSeen = [];

    [Test]
    [CancelAfter(30_000)]
    [Repeat(2)]
    public async Task All_tests_of_the_class_have_one_server()
    {
        _serversSeen.Add(Server.ProcessId);
        using var client = new HttpClient { BaseAddress = BaseAddress };

        Assert.That(await client.GetStringAsync("/hello"), Is.EqualTo("/hello"));
        Assert.That(_serversSeen.Distinct().ToList(), Has.Count.EqualTo(1));
        Assert.That(_events, Is.EqualTo(["starting", "options", "ready"]));
    }

    protected override Task OnStartingAsync(CancellationToken cancellationToken) => Record("starting");

    protected override ServerProcessOptions CreateOptions()
    {
        _events.Add("options");
        return new()
        {
            FileName = TestProgram.Path,
            Arguments = ["--http", "{port}"],
            Readiness = Readiness.Http("/health"),
            StartupTimeout = TimeSpan.FromSeconds(20),
        };
    }

    protected override Task OnReadyAsync(CancellationToken cancellationToken) => Record("ready");

    private Task Record(string hook)
    {
        _events.Add(hook);
        return Task.CompletedTask;
    }
}
