using Xunit;

namespace TestReaper.Analyzers.Tests.Cases;

/// <summary>TR0004: processes that are only disposed.</summary>
public sealed class DisposedNotStoppedTests() : FlowRuleTest("TR0004")
{
    [Fact]
    public Task Using_declaration_Triggers() => TriggersAsync(
        """
        class T
        {
            [Fact] public void A() { using var p = [|Process.Start("server")|]; Assert.NotNull(p); }
        }
        """);

    [Fact]
    public Task Using_statement_Triggers() => TriggersAsync(
        """
        class T
        {
            [Fact] public async Task A() { using (var p = [|Process.Start("server")|]) { await Task.Delay(1); } }
        }
        """);

    [Fact]
    public Task Using_expression_Triggers() => TriggersAsync(
        """
        class T
        {
            [Fact] public void A() { var p = [|Process.Start("server")|]; using (p) { } }
        }
        """);

    [Fact]
    public Task Dispose_in_finally_Triggers() => TriggersAsync(
        """
        class T
        {
            [Fact] public void A() { var p = [|Process.Start("server")|]; try { } finally { p.Dispose(); } }
        }
        """);

    [Fact]
    public Task Close_Triggers() => TriggersAsync(
        """
        class T
        {
            [Test] public void A() { var p = [|Process.Start("server")|]; p.Close(); }
        }
        """, Framework.NUnit);

    [Fact]
    public Task Member_disposed_in_teardown_Triggers() => TriggersAsync(
        """
        class T
        {
            Process _p;
            [SetUp] public void Up() { _p = Process.Start("server"); }
            [Test] public void A() { }
            [TearDown] public void Down() { _p?[|.Dispose()|]; }
        }
        """, Framework.NUnit);

    [Fact]
    public Task Member_disposed_in_dispose_Triggers() => TriggersAsync(
        """
        class T : IDisposable
        {
            readonly Process _p = Process.Start("server");
            [Fact] public void A() { }
            public void Dispose() { [|_p.Dispose()|]; }
        }
        """);

    [Fact]
    public Task Using_with_a_bounded_wait_Triggers() => TriggersAsync(
        """
        class T
        {
            [Fact] public void A() { using var p = [|Process.Start("server")|]; p.WaitForExit(100); }
        }
        """);

    [Fact]
    public Task Started_instance_in_using_Triggers() => TriggersAsync(
        """
        class T
        {
            [Fact] public void A() { using var p = new Process { StartInfo = new("server") }; [|p.Start()|]; }
        }
        """);

    [Fact]
    public Task List_disposed_Triggers() => TriggersAsync(
        """
        class T
        {
            List<Process> _all = new();
            [Test] public void A() { _all.Add(Process.Start("server")); }
            [TearDown] public void Down() { foreach (var p in _all) { [|p.Dispose()|]; } }
        }
        """, Framework.NUnit);

    [Fact]
    public Task Helper_in_using_Triggers() => TriggersAsync(
        """
        class T
        {
            static Process Go() => Process.Start("server");
            [Fact] public void A() { using var p = [|Go()|]; }
        }
        """);

    [Fact]
    public Task Other_message_of_its_protocol_Triggers() => TriggersAsync(
        """
        public interface IRpc { Task NotifyAsync(string what); }
        public class F : IAsyncDisposable
        {
            readonly Process _p = Process.Start("server");
            readonly IRpc _rpc;
            public F(IRpc rpc) { _rpc = rpc; }
            public async ValueTask DisposeAsync()
            {
                if (!_p.HasExited) { await _rpc.NotifyAsync("bye-bye"); _p.WaitForExit(100); }
                [|_p.Dispose()|];
            }
        }
        """);

    [Fact]
    public Task Exit_code_is_read_only_for_an_error_message_Triggers() => TriggersAsync(
        """
        public class F : IAsyncLifetime
        {
            Process _p;
            public async Task InitializeAsync()
            {
                _p = Process.Start("server");
                await Task.Delay(1);
                if (_p.HasExited) { throw new InvalidOperationException("exited with " + _p.ExitCode); }
            }
            public Task DisposeAsync() { [|_p.Dispose()|]; return Task.CompletedTask; }
        }
        """);

    [Fact]
    public Task Container_is_never_stopped_Triggers() => TriggersAsync(
        """
        public class F : IDisposable
        {
            const string Name = "table-store";
            Process _p;
            public F() { _p = Process.Start("docker", $"run --name {Name} -p 8000:8000 store"); }
            public void Dispose() { _p?[|.Dispose()|]; }
        }
        """);

    [Fact]
    public Task Log_line_with_the_word_exit_Triggers() => TriggersAsync(
        """
        public class F : IDisposable
        {
            readonly Process _p = Process.Start("server");
            public void Dispose() { if (!_p.HasExited) { Console.WriteLine("it did not exit"); } [|_p.Dispose()|]; }
        }
        """);
}
