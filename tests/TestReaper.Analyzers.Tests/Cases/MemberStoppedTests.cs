using Xunit;

namespace TestReaper.Analyzers.Tests.Cases;

/// <summary>TR0002: members that a teardown stops.</summary>
public sealed class MemberStoppedTests() : FlowRuleTest("TR0002")
{
    [Fact]
    public Task Disposed_pattern_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class T : IDisposable
        {
            Process _p = Process.Start("server");
            [Fact] public void A() { }
            public void Dispose() { if (!_p.HasExited) { _p.Kill(true); _p.WaitForExit(); } _p.Dispose(); }
        }
        """);

    [Fact]
    public Task Protected_dispose_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class F : IDisposable
        {
            Process _p = Process.Start("server");
            public void Dispose() { Dispose(true); GC.SuppressFinalize(this); }
            protected virtual void Dispose(bool disposing) { _p?.Kill(true); }
        }
        class T : IClassFixture<F>
        {
            [Fact] public void A() { }
        }
        """);

    [Fact]
    public Task Interlocked_exchange_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class F : IAsyncLifetime
        {
            Process _p;
            public Task InitializeAsync() { _p = Process.Start("server"); return Task.CompletedTask; }
            public async Task DisposeAsync()
            {
                var p = Interlocked.Exchange(ref _p, null);
                if (p is not null) { p.Kill(true); await p.WaitForExitAsync(); }
            }
        }
        """);

    [Fact]
    public Task Pattern_in_teardown_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            Process _p;
            [SetUp] public void Up() => _p = Process.Start("server");
            [Test] public void A() { }
            [TearDown] public void Down() { if (_p is { HasExited: false } p) { p.Kill(true); } }
        }
        """, Framework.NUnit);

    [Fact]
    public Task List_with_for_each_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            readonly List<Process> _all = new();
            [Test] public void A() { _all.Add(Process.Start("server")); }
            [TearDown] public void Down() { _all.ForEach(p => p.Kill(true)); _all.Clear(); }
        }
        """, Framework.NUnit);

    [Fact]
    public Task List_with_method_group_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            readonly List<Process> _all = new();
            [Test] public void A() { _all.Add(Process.Start("server")); }
            [TearDown] public void Down() { _all.ForEach(Stop); }
            static void Stop(Process p) => p.Kill(true);
        }
        """, Framework.NUnit);

    [Fact]
    public Task Dictionary_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class F : IDisposable
        {
            readonly Dictionary<string, Process> _all = new();
            public void Go(string n) { _all[n] = Process.Start(n); }
            public void Dispose() { foreach (var (name, p) in _all) { p.Kill(true); } }
        }
        """);

    [Fact]
    public Task Dictionary_values_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class F : IDisposable
        {
            readonly ConcurrentDictionary<string, Process> _all = new();
            public void Go(string n) { _all.TryAdd(n, Process.Start(n)); }
            public void Dispose() { foreach (var p in _all.Values.Where(p => !p.HasExited)) { p.Kill(true); } }
        }
        """);

    [Fact]
    public Task Bag_try_take_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class F : IDisposable
        {
            readonly ConcurrentBag<Process> _all = new();
            public void Go(string n) { _all.Add(Process.Start(n)); }
            public void Dispose() { while (_all.TryTake(out var p)) { p.Kill(true); } }
        }
        """);

    [Fact]
    public Task Stack_pop_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class F : IDisposable
        {
            readonly Stack<Process> _all = new();
            public void Go(string n) { _all.Push(Process.Start(n)); }
            public void Dispose() { while (_all.Count > 0) { var p = _all.Pop(); p.Kill(true); } }
        }
        """);

    [Fact]
    public Task Lazy_stopped_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        [TestClass] public class T
        {
            static readonly Lazy<Process> Server = new(() => Process.Start("server"));
            [TestMethod] public void A() { _ = Server.Value; }
            [AssemblyCleanup] public static void Down() { if (Server.IsValueCreated) Server.Value.Kill(true); }
        }
        """, Framework.MSTest);

    [Fact]
    public Task Null_conditional_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class F : IAsyncLifetime
        {
            Process? _p;
            public async ValueTask InitializeAsync() { _p = Process.Start("server"); await Task.Delay(1); }
            public async ValueTask DisposeAsync() { try { _p?.Kill(true); } catch { } await Task.CompletedTask; }
        }
        """, Framework.XunitV3);

    [Fact]
    public Task Started_on_a_member_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class F : IDisposable
        {
            readonly Process _p = new() { StartInfo = new("server") };
            public F() { _p.Start(); }
            public void Dispose() => _p.Kill(true);
        }
        """);

    [Fact]
    public Task Record_of_processes_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public record Server(Process P);
        public class T : IDisposable
        {
            Server _s;
            [Fact] public void A() { _s = new Server(Process.Start("server")); }
            public void Dispose() => _s.P.Kill(true);
        }
        """);

    [Fact]
    public Task Task_field_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class T : IAsyncLifetime
        {
            Task<Process> _p;
            public Task InitializeAsync() { _p = Task.Run(() => Process.Start("server")); return _p; }
            public async Task DisposeAsync() { (await _p).Kill(true); }
            [Fact] public void A() { }
        }
        """);

    [Fact]
    public Task Property_over_the_field_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class T : IDisposable
        {
            Process _p;
            Process P => _p ?? throw new InvalidOperationException();
            [Fact] public void A() { _p = Process.Start("server"); }
            public void Dispose() => P.Kill(true);
        }
        """);

    [Fact]
    public Task Tuple_list_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class T : IDisposable
        {
            List<(Process P, int Port)> _all = new();
            [Fact] public void A() { _all.Add((Process.Start("server"), 1)); }
            public void Dispose() { foreach (var (p, port) in _all) { p.Kill(true); } }
        }
        """);

    [Fact]
    public Task Tuple_item_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class T : IDisposable
        {
            List<(Process P, int Port)> _all = new();
            [Fact] public void A() { _all.Add((Process.Start("server"), 1)); }
            public void Dispose() { foreach (var s in _all) { s.P.Kill(true); } }
        }
        """);
}
