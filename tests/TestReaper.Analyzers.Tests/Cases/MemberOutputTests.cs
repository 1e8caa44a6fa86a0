using Xunit;

namespace TestReaper.Analyzers.Tests.Cases;

/// <summary>TR0002: output, input and exit codes of the process.</summary>
public sealed class MemberOutputTests() : FlowRuleTest("TR0002")
{
    [Fact]
    public Task Process_exit_handler_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        static class S
        {
            static Process _p;
            static S() { _p = Process.Start("server"); AppDomain.CurrentDomain.ProcessExit += (_, _) => _p.Kill(true); }
        }
        """);

    [Fact]
    public Task Process_exit_method_group_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            static Process _p;
            public T() { _p ??= Process.Start("server"); AppDomain.CurrentDomain.ProcessExit += OnExit; }
            [Fact] public void A() { }
            private static void OnExit(object s, EventArgs e) { _p.Kill(true); }
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
                _p = [|Process.Start("server")|];
                await Task.Delay(100);
                if (_p.HasExited) { throw new InvalidOperationException("exited with " + _p.ExitCode); }
            }
            public Task DisposeAsync() => Task.CompletedTask;
        }
        """);

    [Fact]
    public Task Output_is_pumped_in_the_background_Triggers() => TriggersAsync(
        """
        public class F : IAsyncLifetime
        {
            Process _p;
            public Task InitializeAsync()
            {
                _p = [|Process.Start("server")|];
                _ = Task.Run(async () =>
                {
                    string line;
                    while ((line = await _p.StandardOutput.ReadLineAsync()) != null) { Console.WriteLine(line); }
                });
                return Task.CompletedTask;
            }
            public Task DisposeAsync() => Task.CompletedTask;
        }
        """);

    [Fact]
    public Task Output_is_pumped_by_a_method_in_the_background_Triggers() => TriggersAsync(
        """
        public class F : IAsyncLifetime
        {
            Process _p;
            public Task InitializeAsync()
            {
                _p = [|Process.Start("server")|];
                _ = PumpAsync();
                return Task.CompletedTask;
            }
            async Task PumpAsync()
            {
                while (!_p.StandardOutput.EndOfStream) { Console.WriteLine(await _p.StandardOutput.ReadLineAsync()); }
            }
            public Task DisposeAsync() => Task.CompletedTask;
        }
        """);

    [Fact]
    public Task Exit_is_only_logged_Triggers() => TriggersAsync(
        """
        class T
        {
            Process _p;
            [OneTimeSetUp]
            public void Up()
            {
                _p = new Process { StartInfo = new("server"), EnableRaisingEvents = true };
                _p.Exited += (_, _) => Console.WriteLine("gone with " + _p.ExitCode);
                [|_p.Start()|];
            }
            [Test] public void A() { }
        }
        """, Framework.NUnit);

    [Fact]
    public Task Pump_is_awaited_in_the_teardown_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class F : IAsyncLifetime
        {
            Process _p;
            Task _pump;
            public Task InitializeAsync()
            {
                _p = Process.Start("server");
                _pump = Task.Run(async () =>
                {
                    string line;
                    while ((line = await _p.StandardOutput.ReadLineAsync()) != null) { Console.WriteLine(line); }
                });
                return Task.CompletedTask;
            }
            public async Task DisposeAsync() => await _pump;
        }
        """);

    [Fact]
    public Task Wrapper_of_another_type_writes_to_it_Triggers() => TriggersAsync(
        """
        public class F : IAsyncLifetime
        {
            public Process Server { get; private set; }
            public Task InitializeAsync() { Server = [|Process.Start("server")|]; return Task.CompletedTask; }
            public Task DisposeAsync() => Task.CompletedTask;
        }
        class T(F f) : IClassFixture<F>
        {
            [Fact]
            public async Task A()
            {
                await f.Server.StandardInput.WriteLineAsync("ping");
                await f.Server.StandardInput.FlushAsync();
                Assert.NotNull(await f.Server.StandardOutput.ReadLineAsync());
            }
        }
        """);

    [Fact]
    public Task Another_type_closes_its_input_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class F : IAsyncLifetime
        {
            public Process Server { get; private set; }
            public Task InitializeAsync() { Server = Process.Start("server"); return Task.CompletedTask; }
            public Task DisposeAsync() => Task.CompletedTask;
        }
        class T(F f) : IClassFixture<F>
        {
            [Fact] public void A() { f.Server.StandardInput.WriteLine("ping"); f.Server.StandardInput.Close(); }
        }
        """);

    [Fact]
    public Task Another_type_writes_quit_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class F : IAsyncLifetime
        {
            public Process Server { get; private set; }
            public Task InitializeAsync() { Server = Process.Start("server"); return Task.CompletedTask; }
            public Task DisposeAsync() => Task.CompletedTask;
        }
        class T(F f) : IClassFixture<F>
        {
            [Fact] public void A() { f.Server.StandardInput.WriteLine("quit"); }
        }
        """);

    [Fact]
    public Task Reads_until_it_is_up_Triggers() => TriggersAsync(
        """
        public class F
        {
            readonly Process _p;
            public F()
            {
                _p = [|Process.Start("server")|];
                while (!_p.StandardOutput.ReadLine().Contains("listening")) { }
            }
        }
        class T : IClassFixture<F>
        {
            [Fact] public void A() { }
        }
        """);

    [Fact]
    public Task Reads_lines_until_it_is_up_Triggers() => TriggersAsync(
        """
        public class F
        {
            readonly Process _p;
            public F()
            {
                _p = [|Process.Start("server")|];
                var isUp = false;
                while (!isUp) { var line = _p.StandardOutput.ReadLine(); isUp = line.Contains("listening"); }
            }
        }
        class T : IClassFixture<F>
        {
            [Fact] public void A() { }
        }
        """);

    [Fact]
    public Task Reads_lines_to_the_end_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class F
        {
            readonly Process _p;
            public F()
            {
                _p = Process.Start("tool");
                for (var line = _p.StandardOutput.ReadLine(); line != null; line = _p.StandardOutput.ReadLine())
                {
                    Console.WriteLine(line);
                }
            }
        }
        class T : IClassFixture<F>
        {
            [Fact] public void A() { }
        }
        """);
}
