using Xunit;

namespace TestReaper.Analyzers.Tests.Cases;

/// <summary>Correct fixtures, on which no rule reports.</summary>
public sealed class CleanFixtureTests() : FlowRuleTest("Clean")
{
    [Fact]
    public Task Fixture_with_everything_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public sealed class ServerFixture : IAsyncLifetime
        {
            private readonly ConcurrentQueue<string> _output = new();
            private readonly HttpClient _client = new();
            private Process? _process;
            public Uri BaseAddress { get; } = new("http://localhost:5000");
            public async Task InitializeAsync()
            {
                var psi = new ProcessStartInfo
                {
                    FileName = "dotnet",
                    RedirectStandardOutput = true,
                    UseShellExecute = false,
                };
                psi.ArgumentList.Add("run");
                _process = new Process { StartInfo = psi, EnableRaisingEvents = true };
                _process.OutputDataReceived += (_, e) => { if (e.Data is not null) _output.Enqueue(e.Data); };
                if (!_process.Start()) throw new InvalidOperationException("no start");
                _process.BeginOutputReadLine();
                await WaitForReadyAsync(TimeSpan.FromSeconds(30));
            }
            private async Task WaitForReadyAsync(TimeSpan timeout)
            {
                var watch = Stopwatch.StartNew();
                while (watch.Elapsed < timeout)
                {
                    if (_process!.HasExited) throw new InvalidOperationException($"exited with {_process.ExitCode}");
                    try
                    {
                        using var r = await _client.GetAsync(BaseAddress);
                        if (r.IsSuccessStatusCode) return;
                    }
                    catch (HttpRequestException)
                    {
                    }
                    await Task.Delay(100);
                }
                throw new TimeoutException();
            }
            public async Task DisposeAsync()
            {
                if (_process is { HasExited: false })
                {
                    _process.Kill(entireProcessTree: true);
                    await _process.WaitForExitAsync();
                }
                _process?.Dispose();
                _client.Dispose();
            }
        }
        [CollectionDefinition("server")] public class ServerCollection : ICollectionFixture<ServerFixture> { }
        public class Tests(ServerFixture fixture)
        {
            [Fact] public void A() => Assert.NotNull(fixture.BaseAddress);
        }
        """);

    [Fact]
    public Task Factory_guarded_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public sealed class TestServer : IAsyncDisposable
        {
            private readonly Process _process;
            private TestServer(Process process) => _process = process;
            public static async Task<TestServer> StartAsync(CancellationToken ct = default)
            {
                var process = Process.Start(new ProcessStartInfo("server")
                {
                    RedirectStandardOutput = true,
                }) ?? throw new InvalidOperationException();
                try
                {
                    string? line;
                    while ((line = await process.StandardOutput.ReadLineAsync(ct)) is not null)
                    {
                        if (line.Contains("ready")) return new TestServer(process);
                    }
                    throw new InvalidOperationException("no ready line");
                }
                catch
                {
                    process.Kill(entireProcessTree: true);
                    await process.WaitForExitAsync(CancellationToken.None);
                    process.Dispose();
                    throw;
                }
            }
            public async ValueTask DisposeAsync()
            {
                try { _process.Kill(entireProcessTree: true); } catch (InvalidOperationException) { }
                await _process.WaitForExitAsync();
                _process.Dispose();
            }
        }
        public class Tests
        {
            [Fact] public async Task A() { await using var s = await TestServer.StartAsync(); Assert.NotNull(s); }
        }
        """);

    [Fact]
    public Task NUnit_fixture_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        [SetUpFixture] public class Global
        {
            private static readonly List<Process> Started = new();
            private static readonly object Gate = new();
            public static Process Launch(string name)
            {
                var p = Process.Start(name)!;
                lock (Gate) { Started.Add(p); }
                return p;
            }
            [OneTimeTearDown]
            public void StopAll()
            {
                Process[] all;
                lock (Gate) { all = Started.ToArray(); Started.Clear(); }
                foreach (var p in all)
                {
                    try { if (!p.HasExited) p.Kill(true); p.WaitForExit(5000); } finally { p.Dispose(); }
                }
            }
        }
        public class Tests
        {
            [Test] public void A() { var p = Global.Launch("server"); Assert.IsNotNull(p); }
        }
        """, Framework.NUnit);

    [Fact]
    public Task MSTest_assembly_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        [TestClass] public class AssemblySetup
        {
            private static Process? s_server;
            [AssemblyInitialize]
            public static void Init(TestContext c)
            {
                s_server = Process.Start("server");
                Assert.IsNotNull(s_server);
            }
            [AssemblyCleanup]
            public static void Cleanup()
            {
                if (s_server is null) return;
                s_server.Kill(true);
                s_server.WaitForExit();
                s_server.Dispose();
                s_server = null;
            }
        }
        """, Framework.MSTest);

    [Fact]
    public Task Stop_with_grace_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class F : IAsyncLifetime
        {
            private Process? _p;
            public async ValueTask InitializeAsync()
            {
                _p = Start();
                try { await Ready(); } catch { await DisposeAsync(); throw; }
            }
            private static Process Start()
            {
                var p = new Process { StartInfo = { FileName = "server" } };
                p.Start();
                return p;
            }
            private Task Ready() => Task.CompletedTask;
            public async ValueTask DisposeAsync()
            {
                var p = _p;
                _p = null;
                if (p == null) return;
                p.StandardInput.Close();
                using var cts = new CancellationTokenSource(1000);
                try
                {
                    await p.WaitForExitAsync(cts.Token);
                }
                catch (OperationCanceledException)
                {
                    p.Kill(entireProcessTree: true);
                    await p.WaitForExitAsync();
                }
                p.Dispose();
                GC.SuppressFinalize(this);
            }
        }
        """, Framework.XunitV3);

    [Fact]
    public Task Restart_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class F : IAsyncLifetime
        {
            private Process? _p;
            public Task InitializeAsync() => StartAsync();
            public async Task RestartAsync() { await StopAsync(); await StartAsync(); }
            private async Task StartAsync() { _p = Process.Start("server"); await Task.Delay(10); }
            private async Task StopAsync()
            {
                if (_p != null) { _p.Kill(true); await _p.WaitForExitAsync(); _p.Dispose(); _p = null; }
            }
            public Task DisposeAsync() => StopAsync();
        }
        """);

    [Fact]
    public Task Base_class_hooks_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public abstract class ServerTests
        {
            protected Process? Server { get; private set; }
            protected abstract string Command { get; }
            [OneTimeSetUp] public async Task UpAsync() { Server = Process.Start(Command); await Task.Delay(1); }
            [OneTimeTearDown]
            public virtual void Down()
            {
                Server?.Kill(true);
                Server?.WaitForExit();
                Server?.Dispose();
            }
        }
        public class T : ServerTests
        {
            protected override string Command => "server";
            [Test] public void A() { Assert.IsTrue(Server!.Id > 0); }
        }
        """, Framework.NUnit);
}
