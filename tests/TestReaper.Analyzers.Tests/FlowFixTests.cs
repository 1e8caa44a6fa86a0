using TestReaper.CodeFixes;
using Xunit;

namespace TestReaper.Analyzers.Tests;

public sealed class FlowFixTests
{
    [Fact]
    public Task Kill_takes_the_tree_everywhere() => FlowTest.VerifyFixAsync<KillTreeFix>("TR0003", """
        class T
        {
            [Fact]
            public void A()
            {
                var p = Process.Start("a");
                var q = Process.Start("b");
                [|p.Kill()|];
                q?[|.Kill()|];
            }
        }
        """, """
        class T
        {
            [Fact]
            public void A()
            {
                var p = Process.Start("a");
                var q = Process.Start("b");
                p.Kill(entireProcessTree: true);
                q?.Kill(entireProcessTree: true);
            }
        }
        """);

    [Fact]
    public Task A_killed_process_is_waited_for_everywhere() => FlowTest.VerifyFixAsync<WaitAfterKillFix>("TR0012", """
        class T : IDisposable
        {
            private readonly Process _p = Process.Start("a");
            private readonly Process _q = Process.Start("b");

            public void Dispose()
            {
                [|_p.Kill(true)|];
                if (_q != null)
                    [|_q.Kill(true)|];
            }
        }
        class F : IAsyncLifetime
        {
            private Process _r;

            public async Task InitializeAsync() => _r = Process.Start("c");

            public async Task DisposeAsync()
            {
                [|_r.Kill(true)|];
            }
        }
        """, """
        class T : IDisposable
        {
            private readonly Process _p = Process.Start("a");
            private readonly Process _q = Process.Start("b");

            public void Dispose()
            {
                _p.Kill(true);
                _p.WaitForExit();
                if (_q != null)
                {
                    _q.Kill(true);
                    _q.WaitForExit();
                }
            }
        }
        class F : IAsyncLifetime
        {
            private Process _r;

            public async Task InitializeAsync() => _r = Process.Start("c");

            public async Task DisposeAsync()
            {
                _r.Kill(true);
                await _r.WaitForExitAsync();
            }
        }
        """);

    [Fact]
    public Task A_local_is_stopped_in_a_finally() => FlowTest.VerifyFixAsync<StopLocalFix>("TR0001", """
        class T
        {
            [Fact]
            public async Task A()
            {
                var p = [|Process.Start("a")|];
                Assert.NotNull(p);
                await Task.Delay(1);
            }
        }
        """, """
        class T
        {
            [Fact]
            public async Task A()
            {
                var p = Process.Start("a");
                try
                {
                    Assert.NotNull(p);
                    await Task.Delay(1);
                }
                finally
                {
                    p.Kill(entireProcessTree: true);
                    await p.WaitForExitAsync();
                }
            }
        }
        """);

    [Fact]
    public Task A_discarded_process_gets_a_local() => FlowTest.VerifyFixAsync<StopLocalFix>("TR0001", """
        class T
        {
            [Fact]
            public void A()
            {
                [|Process.Start("a")|];
                Thread.Sleep(1);
            }
        }
        """, """
        class T
        {
            [Fact]
            public void A()
            {
                using var process = Process.Start("a");
                try
                {
                    Thread.Sleep(1);
                }
                finally
                {
                    process.Kill(entireProcessTree: true);
                    process.WaitForExit();
                }
            }
        }
        """);

    [Fact]
    public Task A_class_that_tracks_is_given_the_process() => FlowTest.VerifyFixAsync<StopLocalFix>("TR0001", """
        class R
        {
            protected Process Track(Process p) { H.All.Add(p); return p; }
        }
        static class H { public static List<Process> All = new(); }
        class T : R
        {
            [Fact]
            public void A()
            {
                [|Process.Start("a")|];
            }
        }
        """, """
        class R
        {
            protected Process Track(Process p) { H.All.Add(p); return p; }
        }
        static class H { public static List<Process> All = new(); }
        class T : R
        {
            [Fact]
            public void A()
            {
                Track(Process.Start("a"));
            }
        }
        """);

    [Fact]
    public Task A_member_is_stopped_before_its_handle_goes() => FlowTest.VerifyFixAsync<StopBeforeDisposeFix>("TR0004", """
        class T : IDisposable
        {
            private readonly Process _p = Process.Start("a");

            public void Dispose()
            {
                [|_p.Dispose()|];
            }
        }
        """, """
        class T : IDisposable
        {
            private readonly Process _p = Process.Start("a");

            public void Dispose()
            {
                _p.Kill(entireProcessTree: true);
                _p.WaitForExit();
                _p.Dispose();
            }
        }
        """);

    [Fact]
    public Task A_using_gets_a_finally() => FlowTest.VerifyFixAsync<StopBeforeDisposeFix>("TR0004", """
        class T
        {
            [Fact]
            public void A()
            {
                using var p = [|Process.Start("a")|];
                Assert.NotNull(p);
            }
        }
        """, """
        class T
        {
            [Fact]
            public void A()
            {
                using var p = Process.Start("a");
                try
                {
                    Assert.NotNull(p);
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
    public Task The_teardown_stops_the_member() => FlowTest.VerifyFixAsync<StopInTeardownFix>("TR0002", """
        class T
        {
            private Process _p;

            [SetUp]
            public void Up() => _p = [|Process.Start("a")|];

            [Test]
            public void A() { }

            [TearDown]
            public void Down()
            {
                Console.WriteLine("down");
            }
        }
        """, """
        class T
        {
            private Process _p;

            [SetUp]
            public void Up() => _p = Process.Start("a");

            [Test]
            public void A() { }

            [TearDown]
            public void Down()
            {
                _p?.Kill(entireProcessTree: true);
                _p?.WaitForExit();
                Console.WriteLine("down");
            }
        }
        """, Framework.NUnit);

    [Fact]
    public Task The_record_moves_to_the_start() => FlowTest.VerifyFixAsync<RecordFirstFix>("TR0005", """
        class F : IDisposable
        {
            private Process _p;

            public async Task StartAsync()
            {
                var p = [|Process.Start("a")|];
                await File.ReadAllTextAsync("ready");
                _p = p;
            }

            public void Dispose() => _p?.Kill(true);
        }
        """, """
        class F : IDisposable
        {
            private Process _p;

            public async Task StartAsync()
            {
                var p = Process.Start("a");
                _p = p;
                await File.ReadAllTextAsync("ready");
            }

            public void Dispose() => _p?.Kill(true);
        }
        """);

    [Fact]
    public Task A_failing_constructor_kills() => FlowTest.VerifyFixAsync<CatchKillFix>("TR0006", """
        class T : IDisposable
        {
            private readonly Process _p;

            public T()
            {
                _p = [|Process.Start("a")|];
                Assert.True(File.Exists("ready"));
            }

            public void Dispose() => _p.Kill(true);
        }
        """, """
        class T : IDisposable
        {
            private readonly Process _p;

            public T()
            {
                _p = Process.Start("a");
                try
                {
                    Assert.True(File.Exists("ready"));
                }
                catch
                {
                    _p.Kill(entireProcessTree: true);
                    _p.WaitForExit();
                    throw;
                }
            }

            public void Dispose() => _p.Kill(true);
        }
        """);

    [Fact]
    public Task Dispose_delegates_to_the_async_one() => FlowTest.VerifyFixAsync<DelegateDisposalFix>("TR0007", """
        class T : IAsyncDisposable
        {
            private readonly Process _p = Process.Start("a");

            [Fact]
            public void A() { }

            public async ValueTask [|DisposeAsync|]()
            {
                _p.Kill(true);
                await _p.WaitForExitAsync();
            }
        }
        """, """
        class T : IAsyncDisposable, IDisposable
        {
            private readonly Process _p = Process.Start("a");

            [Fact]
            public void A() { }

            public async ValueTask DisposeAsync()
            {
                _p.Kill(true);
                await _p.WaitForExitAsync();
            }

            public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
        """);

    [Fact]
    public Task The_async_disposal_calls_the_skipped_one() => FlowTest.VerifyFixAsync<DelegateDisposalFix>("TR0007", """
        class T : IAsyncDisposable, IDisposable
        {
            private readonly Process _p = Process.Start("a");

            [Fact]
            public void A() { }

            public async ValueTask DisposeAsync()
            {
                await Task.Yield();
            }

            public void [|Dispose|]() => _p.Kill(true);
        }
        """, """
        class T : IAsyncDisposable, IDisposable
        {
            private readonly Process _p = Process.Start("a");

            [Fact]
            public void A() { }

            public async ValueTask DisposeAsync()
            {
                Dispose();
                await Task.Yield();
            }

            public void Dispose() => _p.Kill(true);
        }
        """, Framework.XunitV3);
}
