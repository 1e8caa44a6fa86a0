using Xunit;

namespace TestReaper.Analyzers.Tests.Cases;

/// <summary>TR0001: processes that are discarded or never stopped.</summary>
public sealed class DiscardedProcessTests() : FlowRuleTest("TR0001")
{
    [Fact]
    public Task Discarded_call_Triggers() => TriggersAsync(
        """
        class T
        {
            [Fact] public void A() { [|Process.Start("server")|]; }
        }
        """);

    [Fact]
    public Task Explicit_discard_Triggers() => TriggersAsync(
        """
        class T
        {
            [Fact] public void A() { _ = [|Process.Start("server", "--port 1")|]; }
        }
        """);

    [Fact]
    public Task Local_that_is_only_looked_at_Triggers() => TriggersAsync(
        """
        class T
        {
            [Fact]
            public void A()
            {
                var p = [|Process.Start("server")|];
                Assert.NotNull(p);
                Assert.False(p.HasExited);
                Console.WriteLine(p.Id);
            }
        }
        """);

    [Fact]
    public Task New_process_started_Triggers() => TriggersAsync(
        """
        class T
        {
            [Test]
            public async Task A()
            {
                var p = new Process { StartInfo = new ProcessStartInfo("server") };
                [|p.Start()|];
                p.BeginOutputReadLine();
                await Task.Delay(1);
            }
        }
        """, Framework.NUnit);

    [Fact]
    public Task Result_of_an_own_helper_is_discarded_Triggers() => TriggersAsync(
        """
        [TestClass] public class T
        {
            static Process Launch() { var p = new Process { StartInfo = new("server") }; p.Start(); return p; }
            [TestMethod] public void A() { [|Launch()|]; }
            [TestMethod] public void B() { var p = Launch(); p.Kill(true); }
        }
        """, Framework.MSTest);

    [Fact]
    public Task Helper_of_another_type_Triggers() => TriggersAsync(
        """
        static class Servers
        {
            public static async Task<Process> StartAsync()
            {
                var p = Process.Start("server");
                await Task.Delay(10);
                return p;
            }
        }
        class T
        {
            [Fact] public async Task A() { var p = await [|Servers.StartAsync()|]; Assert.NotNull(p); }
        }
        """);

    [Fact]
    public Task Task_run_that_starts_Triggers() => TriggersAsync(
        """
        class T
        {
            [Fact] public async Task A() { await Task.Run(() => { [|Process.Start("server")|]; }); }
        }
        """);

    [Fact]
    public Task Local_function_Triggers() => TriggersAsync(
        """
        class T
        {
            [Fact] public void A() { Process Go() => Process.Start("server"); var p = [|Go()|]; Assert.True(p.Id > 0); }
        }
        """);

    [Fact]
    public Task List_that_is_never_stopped_Triggers() => TriggersAsync(
        """
        class T
        {
            [Fact]
            public void A()
            {
                var all = new List<Process>();
                for (var i = 0; i < 3; i++) all.Add([|Process.Start("server", $"{i}")|]);
                Assert.Equal(3, all.Count);
            }
        }
        """);

    [Fact]
    public Task Out_parameter_Triggers() => TriggersAsync(
        """
        class T
        {
            static bool TryStart(out Process p) { p = Process.Start("server"); return p != null; }
            [Fact] public void A() { Assert.True([|TryStart(out var p)|]); }
        }
        """);

    [Fact]
    public Task Tuple_Triggers() => TriggersAsync(
        """
        class T
        {
            static (Process, int) Go() { var p = Process.Start("server"); return (p, 1); }
            [Fact] public void A() { var (p, port) = [|Go()|]; Assert.Equal(1, port); }
        }
        """);

    [Fact]
    public Task Kill_only_when_it_fails_Triggers() => TriggersAsync(
        """
        class T
        {
            [Fact]
            public void A()
            {
                var p = [|Process.Start("server")|];
                try { Assert.True(true); } catch { p.Kill(true); throw; }
            }
        }
        """);

    [Fact]
    public Task Events_alone_Triggers() => TriggersAsync(
        """
        class T
        {
            [Fact]
            public void A()
            {
                var p = [|Process.Start("server")|];
                p.EnableRaisingEvents = true;
                p.OutputDataReceived += (_, e) => Console.WriteLine(e.Data);
                p.BeginOutputReadLine();
            }
        }
        """);

    [Fact]
    public Task Start_info_local_Triggers() => TriggersAsync(
        """
        class T
        {
            [Fact]
            public void A()
            {
                var psi = new ProcessStartInfo { FileName = "server", UseShellExecute = false };
                var p = [|Process.Start(psi)|]!;
                Thread.Sleep(10);
            }
        }
        """);

    [Fact]
    public Task Helper_type_without_tests_Triggers() => TriggersAsync(
        """
        public static class Infra
        {
            public static void Boot() { [|Process.Start("emulator", "start")|]; }
        }
        """);

    [Fact]
    public Task Extension_that_only_looks_Triggers() => TriggersAsync(
        """
        static class E
        {
            public static void WaitReady(this Process p)
            {
                while (!p.HasExited && p.StartInfo != null) { Thread.Sleep(1); return; }
            }
        }
        class T
        {
            [Fact] public void A() { var p = [|Process.Start("server")|]; p.WaitReady(); }
        }
        """);

    [Fact]
    public Task Helper_gives_a_finished_task_Triggers() => TriggersAsync(
        """
        static class Launcher
        {
            public static Task<Process> Go()
            {
                var p = new Process { StartInfo = new("server") };
                p.Start();
                return Task.FromResult(p);
            }
        }
        class T
        {
            [Fact] public async Task A() { var p = await [|Launcher.Go()|]; Assert.NotNull(p); }
        }
        """);
}
