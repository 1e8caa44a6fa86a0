using System.Net.Sockets;
using System.Text.RegularExpressions;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Leaks;

/// <summary>The message about real leaks. <see cref="LeakTextTests"/> tests its wording.</summary>
public sealed class LeakMessageTests : IDisposable
{
    private const string Secret = "swordfish-0123456789";
    private readonly LeakHost _host = new(environment: new Dictionary<string, string> { ["LEAKTESTS_TOKEN"] = Secret });

    public void Dispose() => _host.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task The_message_draws_the_tree_with_age_starter_and_ports()
    {
        var port = FreePort.Next();
        await _host.BeginAsync();
        var root = await _host.StartAsync("leak", 2, "--listen", $"{port}", "--children", "1");
        var child = Assert.Single(_host.Registry.Alive("child")).Pid;
        await Poll.UntilAsync(() => Accepts(port), "the listener");

        var leak = await _host.EndLeakyAsync();

        Assert.Matches(
            $@"\AClass left 2 processes running, 0\.000 s after its end:\n" +
            $@"└─ {root} TestReaper\.TestProcess --registry .*  " +
            $@"\(running for \d+\.\d s, started by Process\.Start in this test host, listens on {port}\)\n" +
            $@"   └─ {child} TestReaper\.TestProcess --role child .*  \(running for \d+\.\d s\)\n" +
            @"They were killed, with all their descendants\.\n",
            leak.Message);
        Assert.Contains("[AssertReaped(Ignore = [\"name\"])]", leak.Message, StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("server", "started by ServerProcess.StartAsync")]
    [InlineData("reaper", "started by Class.Start")]
    public async Task The_message_names_the_method_that_started_the_process(string how, string expected)
    {
        await _host.BeginAsync();
        var pid = await _host.StartOwnedAsync(how, "Class", "leak", 1);

        var leak = await _host.EndLeakyAsync();

        Assert.Matches($@"└─ {pid} .*\(running for \d+\.\d s, {Regex.Escape(expected)}\)", leak.Message);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_message_has_no_secret_of_the_environment_or_the_arguments()
    {
        await _host.BeginAsync();
        await _host.StartAsync("/bin/sh", ["-c", "sleep 60; :", "sh", Secret, "--api-key", "another-secret"]);

        var leak = await _host.EndLeakyAsync();

        Assert.Contains("sh -c sleep 60; : sh *** --api-key ***", leak.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("swordfish", leak.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("another-secret", leak.Message, StringComparison.Ordinal);
    }

    private static bool Accepts(int port)
    {
        using var client = new TcpClient();
        try
        {
            client.Connect("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
