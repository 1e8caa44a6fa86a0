using Xunit;

namespace TestReaper.Analyzers.Tests.Cases;

/// <summary>TR0001: output that is read to its end, in the foreground or in the background.</summary>
public sealed class DiscardedProcessOutputTests() : FlowRuleTest("TR0001")
{
    [Fact]
    public Task Reads_all_output_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact]
            public async Task A()
            {
                var p = Process.Start(new ProcessStartInfo("tool") { RedirectStandardOutput = true });
                var text = await p.StandardOutput.ReadToEndAsync();
                Assert.Equal("", text);
            }
        }
        """);

    [Fact]
    public Task Output_loop_to_the_end_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact]
            public void A()
            {
                var p = Process.Start("tool");
                string line;
                while ((line = p.StandardOutput.ReadLine()) != null) Console.WriteLine(line);
            }
        }
        """);

    [Fact]
    public Task Reader_local_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact]
            public void A()
            {
                using var p = Process.Start("tool");
                using var reader = p.StandardOutput;
                var all = reader.ReadToEnd();
            }
        }
        """);

    [Fact]
    public Task Output_is_read_by_a_thread_that_is_joined_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact]
            public void A()
            {
                var text = "";
                var p = Process.Start("tool");
                var reader = new Thread(() => text = p.StandardOutput.ReadToEnd());
                reader.Start();
                reader.Join();
                Assert.Equal("", text);
            }
        }
        """);

    [Fact]
    public Task Output_is_read_by_a_thread_left_alone_Triggers() => TriggersAsync(
        """
        class T
        {
            [Fact]
            public void A()
            {
                var p = [|Process.Start("server")|];
                new Thread(() => Console.WriteLine(p.StandardOutput.ReadToEnd())).Start();
            }
        }
        """);

    [Fact]
    public Task Output_is_read_by_a_task_that_is_awaited_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact]
            public async Task A()
            {
                var p = Process.Start("tool");
                Assert.Equal("", await Task.Run(() => p.StandardOutput.ReadToEnd()));
            }
        }
        """);

    [Fact]
    public Task Output_is_peeked_to_the_end_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact]
            public void A()
            {
                var p = Process.Start("tool");
                while (p.StandardOutput.Peek() >= 0) { Console.WriteLine(p.StandardOutput.ReadLine()); }
            }
        }
        """);
}
