using TestReaper.CodeFixes;
using Xunit;

namespace TestReaper.Analyzers.Tests;

public sealed class StoppingLocalsFixTests
{
    private const string Wrapped = """
        record Running(Process Server, int Port);
        class T
        {
            [Fact]
            public void A()
            {
                var running = new Running([|Process.Start("a")|], 80);
                Assert.Equal(80, running.Port);
            }
        }
        """;

    [Fact]
    public Task A_record_gets_no_kill() => FlowTest.VerifyFixAsync<StopLocalFix>(
        "TR0001",
        Wrapped,
        Wrapped.Replace("[|", "{|TR0001:", StringComparison.Ordinal).Replace("|]", "|}", StringComparison.Ordinal));

    [Fact]
    public Task A_return_before_the_kill_gets_a_finally() => FlowTest.VerifyFixAsync<StopLocalFix>("TR0001", """
        class T
        {
            [Fact]
            public void A()
            {
                var p = [|Process.Start("a")|];
                if (!OperatingSystem.IsLinux())
                {
                    return;
                }

                p.Kill(true);
                p.WaitForExit();
            }
        }
        """, """
        class T
        {
            [Fact]
            public void A()
            {
                var p = Process.Start("a");
                try
                {
                    if (!OperatingSystem.IsLinux())
                    {
                        return;
                    }

                    p.Kill(true);
                    p.WaitForExit();
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
    public Task A_class_with_a_Track_method_tracks_the_process() => FlowTest.VerifyFixAsync<StopLocalFix>("TR0001", """
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
}
