using System.Diagnostics;
using TestReaper.Extensibility;
using TestReaper.Tests.Servers;
using Xunit;

namespace TestReaper.Tests.Fixtures;

/// <summary>A death explains the failures of each class that uses the server, and not errors before the server was ready.</summary>
public sealed class ServerDeathOwnerTests : RunningServers
{
    private const string Failure = "System.Threading.Tasks.TaskCanceledException : A task was canceled.";
    private readonly Dictionary<FixtureLifetime, ServerProcess> _servers = [];

    [Fact(Timeout = 30_000)]
    public async Task The_server_of_a_collection_explains_failures_of_its_classes()
    {
        var collection = new ProcessOwner("collection");
        var (inner, other) = (new ProcessOwner("class", collection), new ProcessOwner("other class"));
        collection.Enter();
        var lifetime = await StartFixtureAsync();
        inner.Enter();
        await KillAsync(lifetime);

        Assert.Contains("The server exited with code 7 at ", ServerDeaths.Explain(inner, Failure), StringComparison.Ordinal);
        Assert.Null(ServerDeaths.Explain(other, Failure));

        await Assert.ThrowsAsync<ServerExitedException>(lifetime.StopAsync);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_shared_server_explains_failures_of_the_classes_that_have_got_it()
    {
        var (user, other) = (new ProcessOwner("class"), new ProcessOwner("other class"));
        new ProcessOwner("run").Enter();
        var lifetime = await StartFixtureAsync();
        user.Enter();
        _ = lifetime.Server;
        other.Enter();
        await KillAsync(lifetime);

        Assert.Contains("The server exited with code 7 at ", ServerDeaths.Explain(user, Failure), StringComparison.Ordinal);
        Assert.Null(ServerDeaths.Explain(other, Failure));

        await Assert.ThrowsAsync<ServerExitedException>(lifetime.StopAsync);
    }

    [Fact(Timeout = 30_000)]
    public async Task Living_servers_are_waited_for_once()
    {
        var owner = new ProcessOwner("class");
        owner.Enter();
        FixtureLifetime[] lifetimes =
            [await StartFixtureAsync(), await StartFixtureAsync(), await StartFixtureAsync(), await StartFixtureAsync()];
        var start = Stopwatch.GetTimestamp();

        Assert.Null(ServerDeaths.Explain(owner, Failure));

        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromMilliseconds(900));
        foreach (var lifetime in lifetimes)
        {
            await lifetime.StopAsync();
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task An_error_before_the_server_was_ready_is_not_the_cause_of_its_death()
    {
        var lifetime = await StartFixtureAsync("echo 'CUDA out of memory'; sleep 1; echo up; read go; kill -11 $$");
        await KillAsync(lifetime);

        var failure = Assert.Throws<ServerExitedException>(() => lifetime.Server);

        Assert.Equal(FailureKind.Unknown, failure.Cause?.Kind);
        Assert.Contains("The server was killed by signal 11.", failure.Cause!.Evidence, StringComparison.Ordinal);
        await lifetime.StopAsync();
    }

    private async Task KillAsync(FixtureLifetime lifetime)
    {
        // Not Server, by which the current class would use it.
        var server = _servers[lifetime];
        await server.StandardInput.WriteLineAsync("go");
        await server.Exited;
    }

    private async Task<FixtureLifetime> StartFixtureAsync(string script = "echo up; read go; exit 7")
    {
        var options = Shell(script) with { RedirectStandardInput = true, Readiness = Readiness.OutputLine("^up$") };
        var lifetime = new FixtureLifetime(GetType(), new FixtureHooks(options), Logger);
        await lifetime.StartAsync(CancellationToken.None);
        _servers[lifetime] = lifetime.Server;
        return lifetime;
    }
}
