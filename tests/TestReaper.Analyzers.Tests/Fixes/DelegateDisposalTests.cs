using TestReaper.CodeFixes;
using Xunit;

namespace TestReaper.Analyzers.Tests.Fixes;

public sealed class DelegateDisposalTests() : FixTest<DelegateDisposalFix>("TR0007")
{
    [Theory]
    [InlineData("Base, IAsyncDisposable", "private readonly Process _p = Process.Start(\"a\");", "")]
    [InlineData("IAsyncDisposable", "private static readonly Process _p = Process.Start(\"a\");", "")]
    [InlineData("IAsyncDisposable", "private readonly Process _p = Process.Start(\"a\");", "DisposeAsync().AsTask().Wait();")]
    public Task Not_where_the_call_would_do_more(string bases, string member, string test) => OffersNothingAsync($$"""
        class Base { public void Dispose() { } }
        class T : {{bases}}
        {
            {{member}}

            [Fact]
            public void A() { {{test}} }

            public async ValueTask [|DisposeAsync|]()
            {
                _p.Kill(true);
                await _p.WaitForExitAsync();
            }
        }
        """);

    [Fact]
    public Task Not_in_a_task_that_is_not_awaited() => OffersNothingAsync("""
        class T : IAsyncDisposable, IDisposable
        {
            private readonly Process _p = Process.Start("a");

            [Fact]
            public void A() { }

            public ValueTask DisposeAsync()
            {
                return new ValueTask(File.WriteAllTextAsync("quit", ""));
            }

            public void [|Dispose|]() => _p.Kill(true);
        }
        """, Framework.XunitV3);
}
