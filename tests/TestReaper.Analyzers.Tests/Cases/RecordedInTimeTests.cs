using Xunit;

namespace TestReaper.Analyzers.Tests.Cases;

/// <summary>TR0005: code before the record that cannot leave the process running.</summary>
public sealed class RecordedInTimeTests() : FlowRuleTest("TR0005")
{
    [Fact]
    public Task Recorded_at_once_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class F : IAsyncLifetime
        {
            Process _p;
            public async Task InitializeAsync() { var p = Process.Start("server"); _p = p; await Ready(); }
            static Task Ready() => Task.CompletedTask;
            public Task DisposeAsync() { _p.Kill(true); return Task.CompletedTask; }
        }
        """);

    [Fact]
    public Task Field_at_once_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class F : IAsyncLifetime
        {
            Process _p;
            public async Task InitializeAsync() { _p = Process.Start("server"); await Ready(); }
            static Task Ready() => Task.CompletedTask;
            public Task DisposeAsync() { _p.Kill(true); return Task.CompletedTask; }
        }
        """);

    [Fact]
    public Task Asserts_it_is_there_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T : IDisposable
        {
            Process _p;
            [Fact] public void A() { var p = Process.Start("server"); Assert.NotNull(p); _p = p; }
            public void Dispose() => _p?.Kill(true);
        }
        """);

    [Fact]
    public Task Asserts_it_lives_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T : IDisposable
        {
            Process _p;
            [Fact] public void A() { var p = Process.Start("server"); Assert.False(p.HasExited); _p = p; }
            public void Dispose() => _p?.Kill(true);
        }
        """);

    [Fact]
    public Task Delay_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        static class H
        {
            public static async Task<Process> Go() { var p = Process.Start("server"); await Task.Delay(10); return p; }
        }
        """);

    [Fact]
    public Task Awaits_the_process_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact]
            public async Task A()
            {
                var p = Process.Start("tool");
                var text = await p.StandardOutput.ReadToEndAsync();
                await p.WaitForExitAsync();
                Assert.Equal("", text);
                p.Kill();
            }
        }
        """);

    [Fact]
    public Task Passed_to_an_owner_first_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class Owner(Process p)
        {
            public Process P => p;
            public static Task Ready() => Task.CompletedTask;
        }
        class T
        {
            public static async Task<Owner> A()
            {
                var p = Process.Start("server");
                var o = new Owner(p);
                await Owner.Ready();
                return o;
            }
        }
        """);

    [Fact]
    public Task Short_command_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact]
            public async Task A()
            {
                var p = Process.Start("git", "init");
                await File.ReadAllTextAsync("x");
                p.Kill();
            }
        }
        """);

    [Fact]
    public Task No_await_between_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T : IDisposable
        {
            Process _p;
            [Fact]
            public void A()
            {
                var p = Process.Start("server");
                p.BeginOutputReadLine();
                Console.WriteLine(p.Id);
                _p = p;
            }
            public void Dispose() => _p?.Kill(true);
        }
        """);

    [Fact]
    public Task Own_helper_only_sleeps_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class H
        {
            public static async Task<Process> Go() { var p = Launch(); await Settle(p); return p; }
            static Process Launch() => Process.Start("server");
            static async Task Settle(Process p) { await Task.Delay(500); Console.WriteLine(p.HasExited); }
        }
        """);
}
