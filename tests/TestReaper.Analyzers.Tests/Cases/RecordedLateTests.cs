using Xunit;

namespace TestReaper.Analyzers.Tests.Cases;

/// <summary>TR0005: code that may fail before the record.</summary>
public sealed class RecordedLateTests() : FlowRuleTest("TR0005")
{
    [Fact]
    public Task Await_before_the_field_Triggers() => TriggersAsync(
        """
        class F : IAsyncLifetime
        {
            Process _p;
            public async Task InitializeAsync() { var p = [|Process.Start("server")|]; await Ready(); _p = p; }
            static Task Ready() => Task.CompletedTask;
            public Task DisposeAsync() { _p.Kill(true); return Task.CompletedTask; }
        }
        """);

    [Fact]
    public Task Await_before_the_list_Triggers() => TriggersAsync(
        """
        class T
        {
            List<Process> _all = new();
            static Task Ready() => Task.CompletedTask;
            [Test] public async Task A() { var p = [|Process.Start("server")|]; await Ready(); _all.Add(p); }
            [TearDown] public void Down() { _all.ForEach(p => p.Kill(true)); }
        }
        """, Framework.NUnit);

    [Fact]
    public Task Throw_before_the_field_Triggers() => TriggersAsync(
        """
        class T : IDisposable
        {
            Process _p;
            [Fact]
            public void A()
            {
                var p = [|Process.Start("server")|];
                if (DateTime.Now.Day == 1) { throw new TimeoutException(); }
                _p = p;
            }
            public void Dispose() => _p?.Kill(true);
        }
        """);

    [Fact]
    public Task Assert_before_the_track_Triggers() => TriggersAsync(
        """
        class R
        {
            public List<Process> All = new();
            public void Track(Process p) => All.Add(p);
        }
        class T
        {
            R _r = new();
            [Fact] public void A() { var p = [|Process.Start("server")|]; Assert.True(File.Exists("x")); _r.Track(p); }
        }
        """);

    [Fact]
    public Task Await_before_the_return_Triggers() => TriggersAsync(
        """
        static class H
        {
            static Task Ready(int port) => Task.CompletedTask;
            public static async Task<Process> Go() { var p = [|Process.Start("server")|]; await Ready(1); return p; }
        }
        """);

    [Fact]
    public Task Await_of_a_watcher_before_the_return_Triggers() => TriggersAsync(
        """
        class T
        {
            static async Task Ready(Process p)
            {
                for (;;) { if (p.HasExited) throw new Exception(); await Task.Delay(1); }
            }
            static async Task<Process> Go() { var p = [|Process.Start("server")|]; await Ready(p); return p; }
            [Fact] public async Task A() { var p = await Go(); p.Kill(true); }
        }
        """);

    [Fact]
    public Task Assert_before_the_try_Triggers() => TriggersAsync(
        """
        class T
        {
            [Fact]
            public void A()
            {
                var p = [|Process.Start("server")|];
                Assert.True(File.Exists("x"));
                try { } finally { p.Kill(true); }
            }
        }
        """);

    [Fact]
    public Task Kill_at_the_end_of_the_test_Triggers() => TriggersAsync(
        """
        class T
        {
            [Fact]
            public async Task A()
            {
                var p = [|Process.Start("server")|];
                using var http = new HttpClient();
                var text = await http.GetStringAsync("http://x");
                Assert.Equal("", text);
                p.Kill(true);
            }
        }
        """);

    [Fact]
    public Task Blocking_wait_before_the_field_Triggers() => TriggersAsync(
        """
        class T : IDisposable
        {
            Process _p;
            static Task Ready() => Task.CompletedTask;
            [Fact] public void A() { var p = [|Process.Start("server")|]; Ready().Wait(); _p = p; }
            public void Dispose() => _p?.Kill(true);
        }
        """);

    [Fact]
    public Task Own_helper_checks_and_throws_Triggers() => TriggersAsync(
        """
        class H
        {
            public static async Task<Process> Go() { var p = [|Launch()|]; await Settle(p); return p; }
            static Process Launch() => Process.Start("server");
            static async Task Settle(Process p)
            {
                while (!p.HasExited) { if (File.Exists("ready")) return; await Task.Delay(500); }
                throw new TimeoutException();
            }
        }
        """);

    [Fact]
    public Task Throws_after_a_loop_that_returns_Triggers() => TriggersAsync(
        """
        class H
        {
            public static async Task<Process> Go()
            {
                var p = [|Process.Start("server")|];
                for (var i = 0; i < 50; i++) { if (File.Exists("ready")) return p; await Task.Delay(100); }
                throw new TimeoutException();
            }
        }
        """);
}
