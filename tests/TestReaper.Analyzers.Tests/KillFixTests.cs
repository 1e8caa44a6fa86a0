using TestReaper.CodeFixes;
using Xunit;

namespace TestReaper.Analyzers.Tests;

public sealed class KillFixTests
{
    [Fact]
    public Task All_kills_get_the_argument() => FlowTest.VerifyFixAsync<KillTreeFix>("TR0003", """
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
    public Task All_kills_get_a_wait() => FlowTest.VerifyFixAsync<WaitAfterKillFix>("TR0012", """
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
}
