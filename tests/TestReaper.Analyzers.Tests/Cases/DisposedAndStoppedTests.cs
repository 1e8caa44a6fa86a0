using Xunit;

namespace TestReaper.Analyzers.Tests.Cases;

/// <summary>TR0004: processes that are disposed and stopped.</summary>
public sealed class DisposedAndStoppedTests() : FlowRuleTest("TR0004")
{
    [Fact]
    public Task Using_and_kill_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact] public void A() { using var p = Process.Start("server"); try { } finally { p.Kill(true); } }
        }
        """);

    [Fact]
    public Task Using_and_wait_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact] public void A() { using var p = Process.Start("tool"); p.WaitForExit(); }
        }
        """);

    [Fact]
    public Task Using_and_async_wait_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact] public async Task A() { using var p = Process.Start("tool"); await p!.WaitForExitAsync(); }
        }
        """);

    [Fact]
    public Task Using_and_output_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact]
            public void A()
            {
                using var p = Process.Start("tool");
                Assert.Equal("", p.StandardOutput.ReadToEnd());
            }
        }
        """);

    [Fact]
    public Task Using_and_exit_code_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact] public void A() { using var p = Process.Start("tool"); Assert.Equal(0, p.ExitCode); }
        }
        """);

    [Fact]
    public Task Using_a_short_command_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact]
            public void A()
            {
                using var p = Process.Start("git", "init");
                using var q = Process.Start(new ProcessStartInfo { FileName = "docker", ArgumentList = { "rm", "x" } });
            }
        }
        """);

    [Fact]
    public Task Using_found_process_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact]
            public void A()
            {
                using var p = Process.GetCurrentProcess();
                using var q = Process.GetProcessById(1);
            }
        }
        """);

    [Fact]
    public Task Teardown_kills_first_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            Process _p;
            [SetUp] public void Up() { _p = Process.Start("server"); }
            [Test] public void A() { }
            [TearDown] public void Down() { _p.Kill(true); _p.WaitForExit(); _p.Dispose(); }
        }
        """, Framework.NUnit);

    [Fact]
    public Task Tested_wait_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact] public void A() { using var p = Process.Start("tool"); if (!p.WaitForExit(100)) { p.Kill(true); } }
        }
        """);

    [Fact]
    public Task Bounded_wait_in_an_assert_with_a_kill_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact]
            public void A()
            {
                using var p = Process.Start("tool");
                var ended = p.WaitForExit(100);
                if (!ended) { p.Kill(true); }
                Assert.True(ended);
            }
        }
        """);

    [Fact]
    public Task Passed_on_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        static class H { public static void Await(Process p) => p.WaitForExit(); }
        class T
        {
            [Fact] public void A() { using var p = Process.Start("tool"); H.Await(p); }
        }
        """);

    [Fact]
    public Task Disposed_list_that_is_killed_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            List<Process> _all = new();
            [Test] public void A() { _all.Add(Process.Start("server")); }
            [TearDown] public void Down() { foreach (var p in _all) { using (p) { p.Kill(true); } } }
        }
        """, Framework.NUnit);

    [Fact]
    public Task Never_started_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact] public void A() { using var p = new Process(); }
        }
        """);

    [Fact]
    public Task Stop_helper_in_teardown_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T : IDisposable
        {
            readonly Process _p = Process.Start("server");
            [Fact] public void A() { }
            public void Dispose() { Stop(_p); _p.Dispose(); }
            static void Stop(Process p) { try { p.Kill(true); } catch (InvalidOperationException) { } }
        }
        """);

    [Fact]
    public Task Stopped_by_its_protocol_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public interface IRpc { Task NotifyAsync(string what); }
        public class F : IAsyncDisposable
        {
            readonly Process _p = Process.Start("server");
            readonly IRpc _rpc;
            public F(IRpc rpc) { _rpc = rpc; }
            public async ValueTask DisposeAsync()
            {
                if (!_p.HasExited) { await _rpc.NotifyAsync("exit"); }
                _p.Dispose();
            }
        }
        """);

    [Fact]
    public Task Container_is_stopped_by_its_name_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class F : IDisposable
        {
            const string Name = "table-store";
            Process _p;
            public F() { _p = Process.Start("docker", $"run --name {Name} -p 8000:8000 store"); }
            public void Dispose()
            {
                _p?.Dispose();
                using var stop = Process.Start("docker", $"stop {Name}");
                stop.WaitForExit();
            }
        }
        """);

    [Fact]
    public Task Its_own_client_shuts_it_down_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class F : IDisposable
        {
            static readonly string Client = Environment.GetEnvironmentVariable("CLIENT");
            readonly Process _p = Process.Start("server");
            public void Dispose()
            {
                if (!_p.HasExited)
                {
                    Process.Start(new ProcessStartInfo
                    {
                        FileName = Client,
                        Arguments = $"--eval \"server.shutdown({_p.Id});\"",
                    });
                    _p.WaitForExit(5000);
                    _p.Dispose();
                }
            }
        }
        """);
}
