using Xunit;

namespace TestReaper.Analyzers.Tests.Cases;

/// <summary>Leaks through helpers and wrappers, on which at least one rule reports.</summary>
public sealed class LeakInHelperTests() : FlowRuleTest("Leaks")
{
    [Fact]
    public Task Get_or_add_Triggers() => SomeRuleTriggersAsync(
        """
        static class Pool
        {
            static readonly ConcurrentDictionary<string, Process> All = new();
            public static Process Get(string n) => All.GetOrAdd(n, key => Process.Start(key)!);
        }
        """, Framework.NUnit);

    [Fact]
    public Task Lock_static_singleton_Triggers() => SomeRuleTriggersAsync(
        """
        public static class Shared
        {
            private static readonly object Gate = new();
            private static Process? _p;
            public static void Ensure() { lock (Gate) { if (_p == null) { _p = Process.Start("server"); } } }
        }
        """);

    [Fact]
    public Task Tuple_helper_unused_Triggers() => SomeRuleTriggersAsync(
        """
        class T
        {
            static async Task<(Process P, int Port)> StartAsync()
            {
                var p = Process.Start("server")!;
                await Task.Delay(1);
                return (p, 80);
            }
            [Fact] public async Task A() { var (_, port) = await StartAsync(); Assert.Equal(80, port); }
        }
        """);

    [Fact]
    public Task Tuple_helper_item_Triggers() => SomeRuleTriggersAsync(
        """
        class T
        {
            static async Task<(Process P, int Port)> StartAsync()
            {
                var p = Process.Start("server")!;
                await Task.Delay(1);
                return (p, 80);
            }
            [Fact] public async Task A() { var server = await StartAsync(); Assert.Equal(80, server.Port); }
        }
        """);

    [Fact]
    public Task Extension_start_Triggers() => SomeRuleTriggersAsync(
        """
        static class E
        {
            public static Process Launch(this ProcessStartInfo psi)
            {
                var p = new Process { StartInfo = psi };
                p.Start();
                return p;
            }
        }
        class T
        {
            [Fact] public void A() { new ProcessStartInfo("server").Launch(); }
        }
        """);

    [Fact]
    public Task Lambda_start_Triggers() => SomeRuleTriggersAsync(
        """
        class T
        {
            [Fact]
            public void A()
            {
                Enumerable.Range(0, 3).ToList().ForEach(i => Process.Start("server", i.ToString()));
            }
        }
        """);

    [Fact]
    public Task Select_start_Triggers() => SomeRuleTriggersAsync(
        """
        class T
        {
            [Fact]
            public void A()
            {
                var all = Enumerable.Range(0, 3).Select(i => Process.Start("server", i.ToString())).ToArray();
                Assert.Equal(3, all.Length);
            }
        }
        """);

    [Fact]
    public Task Wrapper_disposes_only_Triggers() => SomeRuleTriggersAsync(
        """
        public sealed class Server : IDisposable
        {
            readonly Process _p;
            public Server() { _p = Process.Start("server")!; }
            public void Dispose() { _p.Close(); }
        }
        """);

    [Fact]
    public Task Happy_path_helper_kill_Triggers() => SomeRuleTriggersAsync(
        """
        class T
        {
            [Fact]
            public async Task A()
            {
                var p = Launch();
                var s = await new HttpClient().GetStringAsync("http://x");
                Assert.Equal("ok", s);
                Stop(p);
            }
            static Process Launch() => Process.Start("server")!;
            static void Stop(Process p) { p.Kill(true); p.WaitForExit(); }
        }
        """);

    [Fact]
    public Task Method_group_discard_Triggers() => SomeRuleTriggersAsync(
        """
        class T
        {
            [Fact] public void A() { Array.ForEach(new[] { "a" }, Launch); }
            static void Launch(string n) { var p = new Process(); p.StartInfo.FileName = n; p.Start(); }
        }
        """);

    [Fact]
    public Task Base_override_skipped_Triggers() => SomeRuleTriggersAsync(
        """
        public class B
        {
            protected Process? P;
            [SetUp] public void Up() { P = Process.Start("server"); }
            [TearDown] public virtual void Down() { P?.Kill(true); P?.WaitForExit(); }
        }
        public class T : B
        {
            [Test] public void A() { }
            public override void Down() { Console.WriteLine("x"); }
        }
        """, Framework.NUnit);

    [Fact]
    public Task Helper_passes_through_two_Triggers() => SomeRuleTriggersAsync(
        """
        class T
        {
            static Process Core() => Process.Start("server")!;
            static Process Launch() { var p = Core(); p.BeginOutputReadLine(); return p; }
            [Fact] public void A() { var p = Launch(); Assert.True(p.Responding); }
        }
        """);

    [Fact]
    public Task Value_task_helper_Triggers() => SomeRuleTriggersAsync(
        """
        static class H
        {
            public static async ValueTask<Process> Go() { await Task.Delay(1); return Process.Start("server")!; }
        }
        class T
        {
            [Fact] public async Task A() { _ = await H.Go(); }
        }
        """);

    [Fact]
    public Task Async_factory_await_before_new_Triggers() => SomeRuleTriggersAsync(
        """
        public class Srv : IAsyncDisposable
        {
            readonly Process _p;
            Srv(Process p) => _p = p;
            public static async Task<Srv> StartAsync()
            {
                var p = Process.Start("server")!;
                await File.ReadAllTextAsync("port");
                return new Srv(p);
            }
            public async ValueTask DisposeAsync() { _p.Kill(true); await _p.WaitForExitAsync(); }
        }
        """);

    [Fact]
    public Task Exe_in_a_shell_Triggers() => SomeRuleTriggersAsync(
        """
        class T
        {
            [Fact] public void A() { Process.Start("bash", "-c \"server --port 1\""); }
        }
        """);

    [Fact]
    public Task Shell_with_background_Triggers() => SomeRuleTriggersAsync(
        """
        class T
        {
            [Fact] public void A() { Process.Start("/bin/sh", "-c \"rm x; server\""); }
        }
        """);
}
