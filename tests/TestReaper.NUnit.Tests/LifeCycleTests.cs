using NUnit.Framework;
using NUnit.Framework.Internal;

namespace TestReaper.NUnit.Tests;

public sealed class LifeCycleTests : FixtureTest
{
    [Test]
    [CancelAfter(30_000)]
    public async Task Hooks_run_in_order_around_the_life_of_the_server()
    {
        var events = new List<string>();
        Task Record(string hook)
        {
            events.Add($"{hook}: {LivingRoles()}");
            return Task.CompletedTask;
        }

        var fixture = new ScriptedFixture(Server(), Report)
        {
            OnStarting = () => Record("starting"),
            Options = () =>
            {
                Record("options");
                return Server();
            },
            OnReady = () => Record("ready"),
            OnStopping = () => Record("stopping"),
        };

        await fixture.StartFixtureAsync();
        var answer = await GetAsync(fixture.BaseAddress);
        await fixture.StopFixtureAsync();
        await Record("stopped");

        Assert.That(answer, Is.EqualTo("/hello"));
        Assert.That(events, Is.EqualTo(["starting: ", "options: ", "ready: server", "stopping: server", "stopped: "]));
        Assert.That(Report.ToString(), Does.Contain("Ready at http://127.0.0.1:").And.Contain("Reaped 1 process in "));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_server_that_dies_fails_each_test_with_its_last_output()
    {
        var fixture = new ScriptedFixture(DyingServer(), Report);

        await fixture.StartFixtureAsync();

        Registry.AssertNoneAlive();
        for (var test = 0; test < 2; test++)
        {
            var failure = Assert.Throws<ServerStartException>(() => _ = fixture.Server);
            var second = Assert.Throws<ServerStartException>(() => _ = fixture.BaseAddress);
            Assert.That((failure.ExitCode, failure.Message), Is.EqualTo((7, second.Message)));
            Assert.That(failure.OutputTail, Does.Contain("CUDA out of memory"));
        }

        await fixture.StopFixtureAsync();
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_failed_stopping_hook_is_thrown_if_no_suite_can_report_it()
    {
        var fixture = new ScriptedFixture(Server(), Report)
        {
            OnStopping = () => throw new InvalidOperationException("the dump failed"),
        };
        await fixture.StartFixtureAsync();

        var failure = Assert.ThrowsAsync<InvalidOperationException>(fixture.StopFixtureAsync);

        Assert.That(failure.Message, Does.Contain("the dump failed"));
        Registry.AssertNoneAlive();
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task An_unavailable_server_throws_the_ignore_exception_of_NUnit()
    {
        var isCreated = false;
        ScriptedFixture fixture = null!;
        fixture = new ScriptedFixture(Server(), Report)
        {
            OnStarting = () =>
            {
                fixture.Skip("no GPU");
                return Task.CompletedTask;
            },
            Options = () =>
            {
                isCreated = true;
                return Server();
            },
        };

        await fixture.StartFixtureAsync();
        var skip = Assert.Throws<IgnoreException>(() => _ = fixture.Server);
        Assert.That(skip.Message, Is.EqualTo("no GPU"));
        Assert.That(Assert.Throws<IgnoreException>(() => _ = fixture.BaseAddress).Message, Is.EqualTo("no GPU"));
        await fixture.StopFixtureAsync();

        Assert.That(isCreated, Is.False);
        Assert.That(Registry.Registered(), Is.Empty);
        Assert.That(Report.ToString(), Is.EqualTo($"ScriptedFixture is not started: no GPU{Environment.NewLine}"));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task What_a_server_did_that_was_not_ready_in_time_is_attached()
    {
        var fixture = new ScriptedFixture(
            Server(args: ["--ready-after", "600000"]) with { StartupTimeout = TimeSpan.FromSeconds(2) }, Report);

        await fixture.StartFixtureAsync();
        var file = Assert.Throws<ServerStartException>(() => _ = fixture.Server).StacksFile;
        await fixture.StopFixtureAsync();

        var attached = TestExecutionContext.CurrentContext.CurrentResult.TestAttachments.Select(attachment => attachment.FilePath).ToList();
        Assert.That(file, Is.Not.Null);
        Assert.That(attached, Does.Contain(file));
        attached.ForEach(path => Assert.That(File.ReadAllText(path), Does.Contain("The server was not ready within 2.0 s.")));
    }
}
