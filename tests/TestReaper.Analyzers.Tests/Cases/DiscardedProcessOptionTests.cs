using Xunit;

namespace TestReaper.Analyzers.Tests.Cases;

/// <summary>TR0001: configured methods and commands, short-lived commands and containers.</summary>
public sealed class DiscardedProcessOptionTests() : FlowRuleTest("TR0001")
{
    [Fact]
    public Task Docker_run_in_the_foreground_Triggers() => TriggersAsync(
        """
        class T
        {
            [Fact] public void A() { [|Process.Start("docker", "run redis")|]; }
        }
        """);

    [Fact]
    public Task Short_lived_constant_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact]
            public void A()
            {
                Process.Start("/usr/bin/kill", "-9 12");
                Process.Start("git", "init");
                Process.Start(new ProcessStartInfo { FileName = "docker", Arguments = "rm -f x" });
                var psi = new ProcessStartInfo("chmod", "+x a");
                Process.Start(psi);
                Process.Start("taskkill.exe", $"/PID {1}");
            }
        }
        """);

    [Fact]
    public Task Configured_short_lived_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact] public void A() { Process.Start("seed"); Process.Start("migrate", "up"); }
        }
        """, options: "testreaper.short_lived_commands = seed, migrate");

    [Fact]
    public Task Configured_stop_method_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact] public void A() { var p = Process.Start("server"); Assassinate(p); }
            static void Assassinate(Process p) { Console.WriteLine(p.HasExited); }
        }
        """, options: "testreaper.additional_stop_methods = Assassinate");

    [Fact]
    public Task No_test_framework_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T { public void A() { Process.Start("server"); } }
        """, Framework.None);

    [Fact]
    public Task Configured_start_method_Triggers() => TriggersAsync(
        """
        class T : IDisposable
        {
            [Fact] public void A(IFarm farm) { var process = [|farm.Grow()|]; }
            public void Dispose() { }
        }
        interface IFarm { Process Grow(); }
        """, options: "testreaper.additional_start_methods = Farm.Grow");

    [Fact]
    public Task Start_method_that_is_not_configured_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T : IDisposable
        {
            [Fact] public void A(IFarm farm) { var process = farm.Grow(); }
            public void Dispose() { }
        }
        interface IFarm { Process Grow(); }
        """);

    [Fact]
    public Task Configured_start_method_that_is_stopped_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T : IDisposable
        {
            [Fact] public void A(IFarm farm) { using var process = farm.Grow(); process.Kill(true); }
            public void Dispose() { }
        }
        interface IFarm { Process Grow(); }
        """, options: "testreaper.additional_start_methods = Grow");

    [Fact]
    public Task A_client_that_ends_another_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            static readonly string Client = Environment.GetEnvironmentVariable("CLIENT");
            [Fact]
            public void A()
            {
                Process.Start(Client, "/Shutdown");
                Process.Start(new ProcessStartInfo
                {
                    FileName = Client,
                    Arguments = $"--eval \"db.shutdownServer({1});\"",
                });
            }
        }
        """);

    [Fact]
    public Task A_client_with_a_start_info_that_ends_another_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact]
            public void A()
            {
                var psi = new ProcessStartInfo(Environment.GetEnvironmentVariable("CLIENT"), "/Shutdown");
                Process.Start(psi);
                var p = new Process { StartInfo = new ProcessStartInfo("service", "database stop") };
                p.Start();
            }
        }
        """);
}
