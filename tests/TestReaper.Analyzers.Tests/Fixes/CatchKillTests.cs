using TestReaper.CodeFixes;
using Xunit;

namespace TestReaper.Analyzers.Tests.Fixes;

public sealed class CatchKillTests() : FixTest<CatchKillFix>("TR0006")
{
    [Theory]
    [InlineData("if (File.Exists(\"a\")) { _p = [|Process.Start(\"a\")|]; Thread.Sleep(1); }\n Assert.True(File.Exists(\"ready\"));")]
    [InlineData("_p = [|Process.Start(\"a\")|]; Assert.True(File.Exists(\"ready\"));")]
    [InlineData("Launch();\n Assert.True(File.Exists(\"ready\"));\n void Launch() { _p = [|Process.Start(\"a\")|]; Thread.Sleep(1); }")]
    public Task Not_where_the_failing_code_is_in_another_place(string body) => OffersNothingAsync($$"""
        class T : IDisposable
        {
            private Process _p;

            public T()
            {
                {{body}}
            }

            public void Dispose() => _p?.Kill(true);
        }
        """);

    [Fact]
    public Task An_old_target_gets_code_that_compiles() => FixesAsync(OldProcess + """

        class T : IDisposable
        {
            private readonly Process _p;

            public T()
            {
        _p = [|Process.Start("a")|];
        Assert.True(File.Exists("ready"));
            }

            public void Dispose() => _p.Kill();
        }
        """, OldProcess + """

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
            if (!_p.HasExited)
            {
                _p.Kill();
            }
            _p.WaitForExit();
            throw;
        }
            }

            public void Dispose() => _p.Kill();
        }
        """);
}
