using Xunit;

namespace TestReaper.Analyzers.Tests.Cases;

/// <summary>TR0003: Kill() without an argument.</summary>
public sealed class KillsRootOnlyTests() : FlowRuleTest("TR0003")
{
    [Fact]
    public Task Local_Triggers() => TriggersAsync(
        """
        class T
        {
            [Fact] public void A() { var p = Process.Start("server"); [|p.Kill()|]; }
        }
        """);

    [Fact]
    public Task Field_Triggers() => TriggersAsync(
        """
        class T : IDisposable
        {
            Process _p = Process.Start("server");
            [Fact] public void A() { }
            public void Dispose() { [|_p.Kill()|]; _p.WaitForExit(); }
        }
        """);

    [Fact]
    public Task Null_conditional_Triggers() => TriggersAsync(
        """
        class T : IDisposable
        {
            Process _p = Process.Start("server");
            [Fact] public void A() { }
            public void Dispose() { _p?[|.Kill()|]; }
        }
        """);

    [Fact]
    public Task Pattern_Triggers() => TriggersAsync(
        """
        class T : IDisposable
        {
            Process _p = Process.Start("server");
            [Fact] public void A() { }
            public void Dispose() { if (_p is { HasExited: false } p) [|p.Kill()|]; }
        }
        """);

    [Fact]
    public Task Helper_parameter_Triggers() => TriggersAsync(
        """
        static class E
        {
            public static void Stop(this Process p) { [|p.Kill()|]; }
        }
        """);

    [Fact]
    public Task Lambda_Triggers() => TriggersAsync(
        """
        class T
        {
            List<Process> _all = new();
            [Fact] public void A() { _all.Add(Process.Start("a")); _all.ForEach(p => [|p.Kill()|]); }
        }
        """);

    [Fact]
    public Task Foreach_Triggers() => TriggersAsync(
        """
        class T
        {
            List<Process> _all = new();
            [TearDown] public void Down() { foreach (var p in _all) { [|p.Kill()|]; } }
        }
        """, Framework.NUnit);

    [Fact]
    public Task Catch_Triggers() => TriggersAsync(
        """
        class T
        {
            [Fact] public void A() { var p = Process.Start("server"); try { } catch { [|p.Kill()|]; throw; } }
        }
        """);

    [Fact]
    public Task Member_of_another_type_Triggers() => TriggersAsync(
        """
        class F { public Process Server; }
        class T
        {
            [Fact] public void A(F f) { [|f.Server.Kill()|]; }
        }
        """);

    [Fact]
    public Task Property_of_a_lazy_Triggers() => TriggersAsync(
        """
        [TestClass] public class T
        {
            static Lazy<Process> _l = new(() => Process.Start("a"));
            [AssemblyCleanup] public static void Down() { [|_l.Value.Kill()|]; }
        }
        """, Framework.MSTest);

    [Fact]
    public Task Tree_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact] public void A() { var p = Process.Start("server"); p.Kill(true); }
        }
        """);

    [Fact]
    public Task Named_argument_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact] public void A() { var p = Process.Start("server"); p.Kill(entireProcessTree: true); }
        }
        """);

    [Fact]
    public Task Explicit_false_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact] public void A() { var p = Process.Start("server"); p.Kill(false); }
        }
        """);

    [Fact]
    public Task By_id_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact] public void A() { Process.GetProcessById(1).Kill(); }
        }
        """);

    [Fact]
    public Task By_name_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact] public void A() { foreach (var p in Process.GetProcessesByName("x")) { p.Kill(); } }
        }
        """);

    [Fact]
    public Task By_name_with_linq_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact]
            public void A()
            {
                Process.GetProcesses().Where(p => p.ProcessName == "x").ToList().ForEach(p => p.Kill());
            }
        }
        """);

    [Fact]
    public Task Current_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact] public void A() { var me = Process.GetCurrentProcess(); me.Kill(); }
        }
        """);

    [Fact]
    public Task By_id_in_a_helper_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        static class H
        {
            public static Process Find(int id) => Process.GetProcessById(id);
        }
        class T
        {
            [Fact] public void A() { var p = H.Find(2); p.Kill(); }
        }
        """);

    [Fact]
    public Task By_id_in_an_own_helper_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            static Process Find(int id) => Process.GetProcessById(id);
            [Fact] public void A() { var p = Find(2); p?.Kill(); }
        }
        """);

    [Fact]
    public Task By_id_passed_on_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact] public void A() { Stop(Process.GetProcessById(3)); }
            static void Stop(Process p) { p.Kill(); }
        }
        """);

    [Fact]
    public Task Another_kill_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class Job { public void Kill() { } }
        class T
        {
            [Fact] public void A() { new Job().Kill(); }
        }
        """);

    [Fact]
    public Task Array_of_found_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact] public void A() { var all = Process.GetProcessesByName("x"); all[0].Kill(); }
        }
        """);

    [Fact]
    public Task No_test_framework_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T { public void A() { Process.Start("a").Kill(); } }
        """, Framework.None);

    [Fact]
    public Task Substitute_for_a_kill_of_the_tree_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        static class Processes { public static void Kill(this Process process, bool entireProcessTree) => process.Kill(); }
        class T { [Fact] public void A() { Process.Start("a").Kill(true); } }
        """);

    [Fact]
    public Task Found_in_a_field_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            Process _p = Process.GetProcessById(4);
            [Fact] public void A() { _p.Kill(); }
        }
        """);
}
