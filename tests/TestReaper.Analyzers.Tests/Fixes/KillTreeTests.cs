using TestReaper.CodeFixes;
using Xunit;

namespace TestReaper.Analyzers.Tests.Fixes;

/// <summary>Children of the killed process that later code needs must not die with it.</summary>
public sealed class KillTreeTests() : FixTest<KillTreeFix>("TR0003")
{
    [Theory]
    [InlineData("[Fact] public void A()", Framework.XunitV2)]
    [InlineData("[SetUp] public void Up()", Framework.NUnit)]
    [InlineData("public T()", Framework.XunitV2)]
    public Task Not_where_later_code_may_need_the_children(string header, Framework framework) => OffersNothingAsync($$"""
        class T
        {
            {{header}}
            {
                var shell = Process.Start("sh", "-c 'server &'");
                [|shell.Kill()|];
                shell.WaitForExit();
                Assert.True(File.Exists("answer"));
            }
        }
        """, framework);

    [Fact]
    public Task In_a_finally_a_catch_and_a_teardown() => FixesAsync("""
        class T : IDisposable
        {
            private readonly Process _p;

            public T()
            {
                _p = Process.Start("a");
                try { Thread.Sleep(1); } catch { [|_p.Kill()|]; throw; }
            }

            [Fact]
            public void A()
            {
                var q = Process.Start("b");
                try { Thread.Sleep(1); } finally { [|q.Kill( /* all */ )|]; q.WaitForExit(); }
            }

            public void Dispose() => [|_p.Kill()|];
        }
        """, """
        class T : IDisposable
        {
            private readonly Process _p;

            public T()
            {
                _p = Process.Start("a");
                try { Thread.Sleep(1); } catch { _p.Kill(entireProcessTree: true); throw; }
            }

            [Fact]
            public void A()
            {
                var q = Process.Start("b");
                try { Thread.Sleep(1); } finally { q.Kill(entireProcessTree: true /* all */ ); q.WaitForExit(); }
            }

            public void Dispose() => _p.Kill(entireProcessTree: true);
        }
        """);
}
