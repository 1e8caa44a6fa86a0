using System.Diagnostics;
using System.Runtime.Versioning;
using TestReaper.Tests.CrashProtection;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers.Models;

/// <summary>Several test hosts that need one model.</summary>
[SupportedOSPlatform("linux")]
public sealed class ModelProcessesTests : ModelDirectory
{
    [Fact(Timeout = 120_000)]
    public async Task Of_several_processes_one_fetches_and_the_others_wait()
    {
        var hosts = Enumerable.Range(0, 3).Select(_ => Start("500")).ToList();
        try
        {
            var ends = await Task.WhenAll(hosts.Select(LastLineAsync));

            Assert.Equal(["fetched", "found", "found"], ends.Order());
            Assert.Single(await File.ReadAllLinesAsync(Path.Combine(Root, "fetches.log")));
            Assert.Equal("half and half", await File.ReadAllTextAsync(Weights));
        }
        finally
        {
            hosts.ForEach(End);
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task When_the_fetching_process_is_killed_the_next_one_fetches_and_nothing_of_the_first_is_left()
    {
        string[] tool = [TestProgram.Path, "--registry", Registry.Directory, "--role", "tool", "--children", "1", "--daemon"];
        var killed = Start(["-1", .. tool]);
        Process? next = null;
        try
        {
            Assert.Equal("fetching", await killed.StandardOutput.ReadLineAsync());
            next = Start("0");
            await Registry.WaitForAsync(3);
            Assert.Equal("half", await File.ReadAllTextAsync(Weights));

            _ = LibC.kill(killed.Id, LibC.SIGKILL);

            Assert.Equal("fetched", await LastLineAsync(next));
            Assert.Equal("half and half", await File.ReadAllTextAsync(Weights));
            Assert.Equal(2, (await File.ReadAllLinesAsync(Path.Combine(Root, "fetches.log"))).Length);
            await Poll.UntilAsync(() => Registry.Alive().Count == 0, "the watchdog to end the tool of the killed host");
        }
        finally
        {
            End(killed);
            if (next is not null)
            {
                End(next);
            }
        }
    }

    /// <summary>A killed process holds no lock, but its tool writes until the watchdog has killed it.</summary>
    [Fact(Timeout = 120_000)]
    public async Task While_the_tool_of_a_killed_process_lives_no_other_process_fetches()
    {
        string[] tool = [TestProgram.Path, "--registry", Registry.Directory, "--role", "tool"];
        var killed = Start(["-1", .. tool]);
        Process? next = null;
        var watchdog = 0;
        try
        {
            Assert.Equal("fetching", await killed.StandardOutput.ReadLineAsync());
            await Registry.WaitForAsync(1);
            watchdog = await HostWatchdog.OfAsync(killed.Id);
            _ = LibC.kill(watchdog, LibC.SIGSTOP);

            _ = LibC.kill(killed.Id, LibC.SIGKILL);
            await killed.WaitForExitAsync();
            next = Start("0");
            var first = next.StandardOutput.ReadLineAsync();
            await Task.WhenAny(first, Task.Delay(TimeSpan.FromSeconds(3)));

            Assert.False(first.IsCompleted, "The next process fetches beside the tool.");
            Registry.AssertAlive("tool", 1);
            _ = LibC.kill(watchdog, LibC.SIGCONT);
            Assert.Equal("fetching", await first);
            Registry.AssertNoneAlive();
            Assert.Equal("fetched", await LastLineAsync(next));
        }
        finally
        {
            _ = watchdog > 0 ? LibC.kill(watchdog, LibC.SIGCONT) : 0;
            End(killed);
            if (next is not null)
            {
                End(next);
            }
        }
    }

    private static async Task<string> LastLineAsync(Process host)
    {
        var output = await host.StandardOutput.ReadToEndAsync();
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault()
            ?? throw new InvalidOperationException(await host.StandardError.ReadToEndAsync());
    }

    private Process Start(params string[] arguments)
    {
        string[] all = [Path.Combine(AppContext.BaseDirectory, "TestReaper.TestHost.dll"), "--model", Store, .. arguments];
        var start = new ProcessStartInfo("dotnet", all) { RedirectStandardOutput = true, RedirectStandardError = true };
        return Process.Start(start)!;
    }

    private static void End(Process host)
    {
        host.Kill();
        host.WaitForExit();
        host.Dispose();
    }
}
