using TestReaper.CodeFixes;
using Xunit;

namespace TestReaper.Analyzers.Tests;

public sealed class FailuresAndTeardownsFixTests
{
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
                try
                {
                    await Task.Yield();
                }
                finally
                {
                    Dispose();
                }
            }

            public void Dispose() => _p.Kill(true);
        }
        """, Framework.XunitV3);
}
