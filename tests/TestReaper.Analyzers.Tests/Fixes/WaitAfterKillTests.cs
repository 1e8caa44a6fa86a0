using TestReaper.CodeFixes;
using Xunit;

namespace TestReaper.Analyzers.Tests.Fixes;

public sealed class WaitAfterKillTests() : FixTest<WaitAfterKillFix>("TR0012")
{
    [Theory]
    [InlineData("[|_p.Kill()|];")]
    [InlineData("[|_p.Kill(false)|];")]
    [InlineData("_p?[|.Kill()|];")]
    public Task Not_where_children_may_keep_the_output_open(string kill) => OffersNothingAsync($$"""
        class T : IDisposable
        {
            private readonly Process _p = Process.Start("a");

            public T() => _p.BeginOutputReadLine();

            public void Dispose()
            {
                {{kill}}
            }
        }
        """);

    [Fact]
    public Task Line_ends_braces_and_other_statements_of_the_line() => FixesAsync("""
        class T : IDisposable {
            private readonly Process _p = Process.Start("a");
            private readonly Process _q = Process.Start("b");
            private readonly Process _r = Process.Start("c");

            public void Dispose() {
                [|_p.Kill(true)|]; // now
                if (!_q.HasExited)
                    [|_q.Kill(true)|];
                if (!_r.HasExited) { [|_r.Kill(true)|]; }
            }
        }
        """.ReplaceLineEndings("\r\n"), """
        class T : IDisposable {
            private readonly Process _p = Process.Start("a");
            private readonly Process _q = Process.Start("b");
            private readonly Process _r = Process.Start("c");

            public void Dispose() {
                _p.Kill(true); // now
                _p.WaitForExit();
                if (!_q.HasExited) {
                    _q.Kill(true);
                    _q.WaitForExit();
                }
                if (!_r.HasExited) { _r.Kill(true); _r.WaitForExit(); }
            }
        }
        """.ReplaceLineEndings("\r\n"));
}
