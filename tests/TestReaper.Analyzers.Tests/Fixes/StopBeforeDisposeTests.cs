using TestReaper.CodeFixes;
using Xunit;

namespace TestReaper.Analyzers.Tests.Fixes;

public sealed class StopBeforeDisposeTests() : FixTest<StopBeforeDisposeFix>("TR0004")
{
    [Theory]
    [InlineData("public async Task InitializeAsync()")]
    [InlineData("public F()")]
    [InlineData("public void Detach()")]
    public Task Not_outside_a_teardown(string header) => OffersNothingAsync($$"""
        class F
        {
            private Process _p = Process.Start("server");

            {{header}}
            {
                [|_p.Dispose()|];
            }
        }
        """);

    [Theory]
    [InlineData("File.ReadAllText(\"answer\");")]
    [InlineData("Shutdown();")]
    [InlineData("if (_p != null) { new HttpClient().GetAsync(\"http://localhost\").Wait(); }")]
    public Task Not_before_code_that_may_use_the_server(string later) => OffersNothingAsync($$"""
        class F : IDisposable
        {
            private Process _p = Process.Start("server");

            public void Dispose()
            {
                [|_p.Dispose()|];
                {{later}}
            }

            private static void Shutdown() { }
        }
        """);

    [Fact]
    public Task Not_in_a_teardown_that_runs_too_early() => OffersNothingAsync("""
        class T
        {
            private Process _p;

            [OneTimeSetUp]
            public void Up() => _p = Process.Start("server");

            [Test]
            public void A() { }

            [TearDown]
            public void Down() { [|_p.Dispose()|]; }
        }
        """, Framework.NUnit);

    // The list would kill a process whose handle is disposed.
    [Fact]
    public Task Not_by_another_type_s_Track_method() => FixesAsync("""
        class Tracker
        {
            private readonly List<Process> _all = new();
            protected Process Track(Process p) { _all.Add(p); return p; }
        }
        class T : Tracker
        {
            [Fact]
            public void A()
            {
                using var p = [|Process.Start("server")|];
                Thread.Sleep(1);
            }
        }
        """, """
        class Tracker
        {
            private readonly List<Process> _all = new();
            protected Process Track(Process p) { _all.Add(p); return p; }
        }
        class T : Tracker
        {
            [Fact]
            public void A()
            {
                using var p = Process.Start("server");
                try
                {
                    Thread.Sleep(1);
                }
                finally
                {
                    p.Kill(entireProcessTree: true);
                    p.WaitForExit();
                }
            }
        }
        """);

    [Fact]
    public Task On_one_line() => FixesAsync("""
        class F : IDisposable
        {
            private Process _p = Process.Start("server");
            private readonly StringReader _reader = new("");

            public void Dispose() { _p?[|.Dispose()|]; _reader.Dispose(); }
        }
        """, """
        class F : IDisposable
        {
            private Process _p = Process.Start("server");
            private readonly StringReader _reader = new("");

            public void Dispose() { _p?.Kill(entireProcessTree: true); _p?.WaitForExit(); _p?.Dispose(); _reader.Dispose(); }
        }
        """);

    [Fact]
    public Task Before_other_cleanup() => FixesAsync("""
        class F : IAsyncLifetime
        {
            private Process _p;

            public async Task InitializeAsync() => _p = Process.Start("server");

            public async Task DisposeAsync()
            {
                await File.ReadAllTextAsync("log");
                // Releases the handle.
                [|_p.Dispose()|];
                File.Delete("log");
            }
        }
        """, """
        class F : IAsyncLifetime
        {
            private Process _p;

            public async Task InitializeAsync() => _p = Process.Start("server");

            public async Task DisposeAsync()
            {
                await File.ReadAllTextAsync("log");
                // Releases the handle.
                _p.Kill(entireProcessTree: true);
                await _p.WaitForExitAsync();
                _p.Dispose();
                File.Delete("log");
            }
        }
        """);
}
