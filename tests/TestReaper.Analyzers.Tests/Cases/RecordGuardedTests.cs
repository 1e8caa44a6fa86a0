using Xunit;

namespace TestReaper.Analyzers.Tests.Cases;

/// <summary>TR0005: code before the record whose failure is caught, or that kills the process first.</summary>
public sealed class RecordGuardedTests() : FlowRuleTest("TR0005")
{
    [Fact]
    public Task Guarded_by_a_catch_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        static class H
        {
            static Task Ready() => Task.CompletedTask;
            public static async Task<Process> Go()
            {
                var p = Process.Start("server");
                try { await Ready(); } catch { p.Kill(true); throw; }
                return p;
            }
        }
        """);

    [Fact]
    public Task Guarded_by_a_return_in_try_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        static class H
        {
            static Task Ready() => Task.CompletedTask;
            public static async Task<Process> Go()
            {
                var p = Process.Start("server");
                try { await Ready(); return p; } catch { p.Kill(true); throw; }
            }
        }
        """);

    [Fact]
    public Task Throws_when_there_is_none_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        static class H
        {
            public static Process Go() { var p = Process.Start("server") ?? throw new Exception(); return p; }
        }
        """);

    [Fact]
    public Task Throws_when_it_is_null_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        static class H
        {
            public static Process Go()
            {
                var p = Process.Start("server");
                if (p is null) { throw new Exception(); }
                return p;
            }
        }
        """);

    [Fact]
    public Task Throws_when_it_did_not_start_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        static class H
        {
            public static Process Go()
            {
                var p = new Process { StartInfo = new("server") };
                if (!p.Start()) { throw new Exception(); }
                return p;
            }
        }
        """);

    [Fact]
    public Task Try_finally_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact]
            public async Task A()
            {
                var p = Process.Start("server");
                try { await File.ReadAllTextAsync("x"); Assert.True(File.Exists("y")); } finally { p.Kill(true); }
            }
        }
        """);

    [Fact]
    public Task Declared_before_the_try_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact]
            public async Task A()
            {
                Process p = null;
                try { p = Process.Start("server"); await File.ReadAllTextAsync("x"); } finally { p?.Kill(true); }
            }
        }
        """);

    [Fact]
    public Task Helper_that_kills_when_not_ready_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            static async Task Ready(Process p)
            {
                try { await File.ReadAllTextAsync("x"); } catch { p.Kill(true); throw; }
            }
            static async Task<Process> Go() { var p = Process.Start("server"); await Ready(p); return p; }
            [Fact] public async Task A() { var p = await Go(); p.Kill(true); }
        }
        """);

    [Fact]
    public Task Killed_before_it_throws_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        static class H
        {
            public static Process Go()
            {
                var p = Process.Start("server");
                if (DateTime.Now.Day == 1) { p.Kill(true); throw new Exception(); }
                return p;
            }
        }
        """);

    [Fact]
    public Task Kills_and_throws_after_a_loop_that_returns_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class H
        {
            public static async Task<Process> Go()
            {
                var p = Process.Start("server");
                for (var i = 0; i < 50; i++) { if (File.Exists("ready")) return p; await Task.Delay(100); }
                p.Kill(true);
                throw new TimeoutException();
            }
        }
        """);

    [Fact]
    public Task Throws_because_it_exited_after_a_return_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class H
        {
            public static async Task<Process> Go()
            {
                var p = Process.Start("server");
                await Task.Delay(100);
                if (!p.HasExited) { return p; }
                throw new InvalidOperationException("exited with " + p.ExitCode);
            }
        }
        """);
}
