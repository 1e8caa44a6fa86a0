using Xunit;

namespace TestReaper.Analyzers.Tests.Cases;

/// <summary>Correct ways to stop a process, on which no rule reports.</summary>
public sealed class CleanStopTests() : FlowRuleTest("Clean")
{
    [Fact]
    public Task Disposables_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class T
        {
            private readonly Stack<Action> _cleanups = new();
            [Test]
            public void A()
            {
                var p = Process.Start("server")!;
                _cleanups.Push(() => { p.Kill(true); p.WaitForExit(); });
                Assert.IsTrue(File.Exists("x"));
            }
            [TearDown] public void Down() { while (_cleanups.Count > 0) _cleanups.Pop()(); }
        }
        """, Framework.NUnit);

    [Fact]
    public Task Wait_with_timeout_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class T
        {
            [Fact]
            public async Task A()
            {
                var p = Process.Start("tool")!;
                try { await p.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(5)); }
                catch (TimeoutException) { p.Kill(true); throw; }
                Assert.Equal(0, p.ExitCode);
            }
        }
        """);

    [Fact]
    public Task Finally_helper_async_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class T
        {
            [Fact]
            public async Task A()
            {
                Process? server = null;
                try
                {
                    server = await StartAsync();
                    Assert.True(File.Exists("x"));
                }
                finally
                {
                    if (server != null) await StopAsync(server);
                }
            }
            static async Task<Process> StartAsync() { await Task.Yield(); return Process.Start("server")!; }
            static async Task StopAsync(Process p) { p.Kill(true); await p.WaitForExitAsync(); }
        }
        """);

    [Fact]
    public Task Events_to_output_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class T(ITestOutputHelper output) : IDisposable
        {
            private readonly Process _p = new();
            [Fact]
            public void A()
            {
                _p.StartInfo = new ProcessStartInfo("server");
                _p.ErrorDataReceived += (s, e) => output.WriteLine(e.Data);
                _p.Start();
                _p.BeginErrorReadLine();
            }
            public void Dispose() { try { _p.Kill(true); _p.WaitForExit(); } catch { } finally { _p.Dispose(); } }
        }
        """);

    [Fact]
    public Task Local_functions_and_lambda_stop_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class T
        {
            [Fact]
            public async Task A()
            {
                var p = Process.Start("server")!;
                try { await Task.Delay(1); } finally { Stop(); }
                void Stop() { p.Kill(true); p.WaitForExit(); }
            }
        }
        """);

    [Fact]
    public Task Cancellation_registration_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class T
        {
            static Task<int> Run(CancellationToken ct)
            {
                var p = Process.Start("tool")!;
                ct.Register(() => p.Kill(true));
                var tcs = new TaskCompletionSource<int>();
                p.EnableRaisingEvents = true;
                p.Exited += (s, e) => tcs.TrySetResult(p.ExitCode);
                return tcs.Task;
            }
        }
        """);

    [Fact]
    public Task By_dictionary_remove_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class Pool : IDisposable
        {
            private readonly ConcurrentDictionary<int, Process> _all = new();
            public int Go() { var p = Process.Start("server")!; _all[p.Id] = p; return p.Id; }
            public void Stop(int id) { if (_all.TryRemove(id, out var p)) { p.Kill(true); p.WaitForExit(); } }
            public void Dispose() { foreach (var id in _all.Keys) Stop(id); }
        }
        """);

    [Fact]
    public Task Wrapper_list_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class Node : IDisposable
        {
            readonly Process _p;
            public Node(string n) { _p = Process.Start(n)!; }
            public void Dispose() { _p.Kill(true); _p.WaitForExit(); _p.Dispose(); }
        }
        public class T : IDisposable
        {
            readonly List<Node> _n = new();
            [Fact] public void A() { _n.Add(new Node("a")); }
            public void Dispose() => _n.ForEach(n => n.Dispose());
        }
        """);
}
