using TestReaper.CodeFixes;
using Xunit;

namespace TestReaper.Analyzers.Tests.Fixes;

/// <summary>The fix is not offered where the fixed code would not compile, and fits the language and the target elsewhere.</summary>
public sealed class StopLocalCompilesTests() : FixTest<StopLocalFix>("TR0001")
{
    [Theory]
    [InlineData("Assert.True([|p.Start()|]);")]
    [InlineData("_ = [|p.Start()|];")]
    [InlineData("if ([|p.Start()|]) { }")]
    public Task A_start_inside_another_expression_gets_no_local(string start) => OffersNothingAsync($$"""
        class T
        {
            [Fact]
            public void A()
            {
                var p = new Process();
                {{start}}
                Thread.Sleep(1);
            }
        }
        """);

    [Fact]
    public Task A_local_function_that_earlier_code_calls_stays() => OffersNothingAsync("""
        class T
        {
            [Fact]
            public void A()
            {
                Prepare();
                [|Process.Start("server")|];
                Thread.Sleep(1);
                void Prepare() { }
            }
        }
        """);

    [Fact]
    public Task A_label_stays() => OffersNothingAsync("""
        class T
        {
            [Fact]
            public void A()
            {
                [|Process.Start("server")|];
                again:
                if (File.Exists("busy"))
                    goto again;
            }
        }
        """);

    [Fact]
    public Task Directives_stay() => OffersNothingAsync("""
        class T
        {
            [Fact]
            public void A()
            {
                [|Process.Start("server")|];
        #if !SLOW
                Thread.Sleep(1);
        #endif
            }
        }
        """);

    [Fact]
    public Task A_disposed_process_is_not_killed_afterwards() => FlowTest.VerifyFixAsync<StopBeforeDisposeFix>("TR0004", """
        class T
        {
            [Fact]
            public void A()
            {
                var p = {|TR0004:Process.Start("server")|};
                Thread.Sleep(1);
                p.Dispose();
            }
        }
        """, """
        class T
        {
            [Fact]
            public void A()
            {
                var p = {|TR0004:Process.Start("server")|};
                Thread.Sleep(1);
                p.Dispose();
            }
        }
        """);

    [Fact]
    public Task A_used_name_gets_a_number() => FixesAsync("""
        class T
        {
            [Fact]
            public void A()
            {
                [|Process.Start("server")|];
                foreach (var process in Process.GetProcesses())
                {
                    Console.WriteLine(process.Id);
                }
            }
        }
        """, """
        class T
        {
            [Fact]
            public void A()
            {
                using var process2 = Process.Start("server");
                try
                {
                    foreach (var process in Process.GetProcesses())
                    {
                        Console.WriteLine(process.Id);
                    }
                }
                finally
                {
                    process2.Kill(entireProcessTree: true);
                    process2.WaitForExit();
                }
            }
        }
        """);

    [Fact]
    public Task A_process_that_may_be_null_is_checked() => FixesAsync("""
        #nullable enable
        class T
        {
            [Fact]
            public async Task A()
            {
                using var p = new StringReader("");
                var server = [|Process.Start(new ProcessStartInfo("server"))|];
                Assert.NotNull(server);
                await Task.Delay(1);
            }
        }
        """, """
        #nullable enable
        class T
        {
            [Fact]
            public async Task A()
            {
                using var p = new StringReader("");
                var server = Process.Start(new ProcessStartInfo("server"));
                try
                {
                    Assert.NotNull(server);
                    await Task.Delay(1);
                }
                finally
                {
                    if (server != null)
                    {
                        server.Kill(entireProcessTree: true);
                        await server.WaitForExitAsync();
                    }
                }
            }
        }
        """);

    [Fact]
    public Task A_target_without_the_tree_kill_gets_code_that_compiles() => FixesAsync(OldProcess + """

        class T
        {
            [Fact]
            public async Task A()
            {
                var p = [|Process.Start("server")|];
                await Task.Delay(1);
            }
        }
        """, OldProcess + """

        class T
        {
            [Fact]
            public async Task A()
            {
                var p = Process.Start("server");
                try
                {
                    await Task.Delay(1);
                }
                finally
                {
                    if (!p.HasExited)
                    {
                        p.Kill();
                    }
                    p.WaitForExit();
                }
            }
        }
        """);
}
