using Xunit;

namespace TestReaper.Analyzers.Tests.Cases;

/// <summary>TR0001: processes in records.</summary>
public sealed class DiscardedProcessRecordTests() : FlowRuleTest("TR0001")
{
    [Fact]
    public Task Wrapped_into_a_record_and_forgotten_Triggers() => TriggersAsync(
        """
        record Running(Process Server, int Port);
        class T
        {
            [Fact]
            public void A()
            {
                var running = new Running([|Process.Start("server")|], 80);
                Assert.Equal(80, running.Port);
            }
        }
        """);

    [Fact]
    public Task Wrapped_into_a_record_by_a_helper_and_forgotten_Triggers() => TriggersAsync(
        """
        sealed record Running(Process Server, int Port);
        class T
        {
            static Running Launch() => new(Process.Start("server"), 80);
            [Fact] public void A() { var running = [|Launch()|]; Assert.Equal(80, running.Port); }
        }
        """);

    [Fact]
    public Task Wrapped_into_a_record_and_killed_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        record Running(Process Server, int Port);
        class T
        {
            [Fact]
            public void A()
            {
                var running = new Running(Process.Start("server"), 80);
                try { Assert.Equal(80, running.Port); } finally { running.Server.Kill(true); }
            }
        }
        """);

    [Fact]
    public Task Wrapped_into_a_record_and_taken_apart_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        record Running(Process Server, int Port);
        class T
        {
            [Fact]
            public void A()
            {
                var (server, port) = new Running(Process.Start("server"), 80);
                Assert.Equal(80, port);
                server.Kill(true);
                server.WaitForExit();
            }
        }
        """);

    [Fact]
    public Task Wrapped_into_a_record_that_stops_it_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        sealed record Running(Process Server, int Port) : IDisposable
        {
            public void Dispose() => Server.Kill(true);
        }
        class T
        {
            [Fact]
            public void A()
            {
                using var running = new Running(Process.Start("server"), 80);
                Assert.Equal(80, running.Port);
            }
        }
        """);

    [Fact]
    public Task Record_given_to_a_stopper_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        record Running(Process Server, int Port);
        class T
        {
            [Fact] public void A() { var running = new Running(Process.Start("server"), 80); Stop(running); }
            static void Stop(Running r) { r.Server.Kill(true); r.Server.WaitForExit(); }
        }
        """);

    [Fact]
    public Task Record_in_a_list_that_is_killed_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        record Running(Process Server, int Port);
        class T : IDisposable
        {
            readonly List<Running> _all = new();
            [Fact] public void A() { _all.Add(new Running(Process.Start("server"), 80)); }
            public void Dispose() { foreach (var r in _all) { r.Server.Kill(true); r.Server.WaitForExit(); } }
        }
        """);
}
