using Xunit;

namespace TestReaper.Analyzers.Tests.Cases;

/// <summary>Correct helpers, on which no rule reports.</summary>
public sealed class CleanHelperTests() : FlowRuleTest("Clean")
{
    [Fact]
    public Task Run_helper_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public static class Cli
        {
            public static async Task<(int ExitCode, string Output, string Error)> RunAsync(string file, params string[] args)
            {
                using var process = new Process
                {
                    StartInfo = new ProcessStartInfo(file) { RedirectStandardOutput = true, RedirectStandardError = true },
                };
                foreach (var arg in args) process.StartInfo.ArgumentList.Add(arg);
                process.Start();
                var output = process.StandardOutput.ReadToEndAsync();
                var error = process.StandardError.ReadToEndAsync();
                using var cts = new CancellationTokenSource(TimeSpan.FromMinutes(1));
                try
                {
                    await process.WaitForExitAsync(cts.Token);
                }
                catch (OperationCanceledException)
                {
                    process.Kill(true);
                    throw new TimeoutException();
                }
                return (process.ExitCode, await output, await error);
            }
        }
        """);

    [Fact]
    public Task Pair_of_processes_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class T
        {
            private (Process Server, Process Worker) _both;
            private Process[] _many = Array.Empty<Process>();
            [OneTimeSetUp]
            public void Up()
            {
                _both = (Process.Start("a")!, Process.Start("b")!);
                _many = Enumerable.Range(0, 3).Select(i => Process.Start("c", i.ToString())!).ToArray();
            }
            [Test] public void A() { }
            [OneTimeTearDown]
            public void Down()
            {
                foreach (var p in new[] { _both.Server, _both.Worker }.Concat(_many)) { p.Kill(true); p.WaitForExit(); }
            }
        }
        """, Framework.NUnit);

    [Fact]
    public Task Generic_helper_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public static class H
        {
            public static async Task<T> WithServerAsync<T>(Func<Process, Task<T>> use)
            {
                using var p = Process.Start("server")!;
                try
                {
                    return await use(p);
                }
                finally
                {
                    if (!p.HasExited) { p.Kill(entireProcessTree: true); }
                    await p.WaitForExitAsync();
                }
            }
        }
        public class Tests
        {
            [Fact]
            public Task A() =>
                H.WithServerAsync(async p => { await Task.Delay(1); Assert.False(p.HasExited); return 1; });
        }
        """);

    [Fact]
    public Task Job_owner_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public sealed class Job : IDisposable
        {
            public void Assign(Process p) { _all.Add(p.Id); }
            private readonly List<int> _all = new();
            public void Dispose() { foreach (var id in _all) { Process.GetProcessById(id).Kill(); } }
        }
        public class T : IDisposable
        {
            private readonly Job _job = new();
            private Process? _p;
            [Fact] public void A() { _p = Process.Start("server")!; _job.Assign(_p); }
            public void Dispose() => _job.Dispose();
        }
        """);

    [Fact]
    public Task Subprocess_type_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class Server : Process
        {
            public static Server Launch()
            {
                var s = new Server { StartInfo = new ProcessStartInfo("server") };
                s.Start();
                return s;
            }
            protected override void Dispose(bool disposing)
            {
                if (disposing && !HasExited) { Kill(true); WaitForExit(); }
                base.Dispose(disposing);
            }
        }
        public class T
        {
            [Fact] public void A() { using var s = Server.Launch(); }
        }
        """);

    [Fact]
    public Task Ready_signal_race_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class F : IAsyncLifetime
        {
            private Process? _p;
            public async Task InitializeAsync()
            {
                var ready = new TaskCompletionSource();
                _p = new Process { StartInfo = new("server") };
                _p.OutputDataReceived += (s, e) => { if (e.Data == "ok") ready.TrySetResult(); };
                _p.Start();
                var first = await Task.WhenAny(ready.Task, _p.WaitForExitAsync(), Task.Delay(1000));
                if (first != ready.Task) throw new InvalidOperationException();
            }
            public async Task DisposeAsync() { _p?.Kill(true); if (_p != null) await _p.WaitForExitAsync(); }
        }
        """);
}
