using Xunit;

namespace TestReaper.Analyzers.Tests.Cases;

/// <summary>TR0006: code after a start whose failure does not leave the process running.</summary>
public sealed class FailureWithTeardownTests() : FlowRuleTest("TR0006")
{
    [Fact]
    public Task Fixture_initialize_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class F : IAsyncLifetime
        {
            Process _p;
            static Task Ready() => Task.CompletedTask;
            public async ValueTask InitializeAsync() { _p = Process.Start("server"); await Ready(); }
            public ValueTask DisposeAsync() { _p.Kill(true); return default; }
        }
        class T : IClassFixture<F>
        {
            [Fact] public void A() { }
        }
        """, Framework.XunitV3);

    [Fact]
    public Task V2_fixture_initialize_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class F : IAsyncLifetime
        {
            Process _p;
            static Task Ready() => Task.CompletedTask;
            public async Task InitializeAsync() { _p = Process.Start("server"); await Ready(); }
            public Task DisposeAsync() { _p.Kill(true); return Task.CompletedTask; }
        }
        class T : IClassFixture<F>
        {
            [Fact] public void A() { }
        }
        """);

    [Fact]
    public Task V2_test_class_with_dispose_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T : IAsyncLifetime, IDisposable
        {
            Process _p;
            static Task Ready() => Task.CompletedTask;
            public async Task InitializeAsync() { _p = Process.Start("server"); await Ready(); }
            [Fact] public void A() { }
            public Task DisposeAsync() => Task.CompletedTask;
            public void Dispose() => _p.Kill(true);
        }
        """);

    [Fact]
    public Task NUnit_set_up_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            Process _p;
            static Task Ready() => Task.CompletedTask;
            [OneTimeSetUp]
            public async Task Up()
            {
                _p = Process.Start("server");
                await Ready();
                Assert.IsTrue(File.Exists("x"));
            }
            [Test] public void A() { }
            [OneTimeTearDown] public void Down() => _p.Kill(true);
        }
        """, Framework.NUnit);

    [Fact]
    public Task Guarded_constructor_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T : IDisposable
        {
            Process _p;
            static Task Ready() => Task.CompletedTask;
            public T() { _p = Process.Start("server"); try { Ready().Wait(); } catch { _p.Kill(true); throw; } }
            [Fact] public void A() { }
            public void Dispose() => _p.Kill(true);
        }
        """);

    [Fact]
    public Task Guarded_by_dispose_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T : IDisposable
        {
            Process _p;
            static Task Ready() => Task.CompletedTask;
            public T() { try { _p = Process.Start("server"); Ready().Wait(); } catch { Dispose(); throw; } }
            [Fact] public void A() { }
            public void Dispose() => _p.Kill(true);
        }
        """);

    [Fact]
    public Task Guarded_initialize_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T : IAsyncLifetime
        {
            Process _p;
            static Task Ready() => Task.CompletedTask;
            public async ValueTask InitializeAsync()
            {
                _p = Process.Start("server");
                try { await Ready(); } catch { await DisposeAsync(); throw; }
            }
            [Fact] public void A() { }
            public ValueTask DisposeAsync() { _p.Kill(true); return default; }
        }
        """, Framework.XunitV3);

    [Fact]
    public Task Nothing_follows_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T : IDisposable
        {
            readonly Process _p;
            public T() { _p = Process.Start("server"); _p.BeginOutputReadLine(); }
            [Fact] public void A() { }
            public void Dispose() => _p.Kill(true);
        }
        """);

    [Fact]
    public Task Throws_when_there_is_none_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T : IDisposable
        {
            readonly Process _p;
            public T() { _p = Process.Start("server") ?? throw new Exception(); Assert.NotNull(_p); }
            [Fact] public void A() { }
            public void Dispose() => _p.Kill(true);
        }
        """);

    [Fact]
    public Task Throws_when_it_exited_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T : IDisposable
        {
            readonly Process _p;
            public T() { _p = Process.Start("server"); if (_p.HasExited) { throw new Exception(); } }
            [Fact] public void A() { }
            public void Dispose() => _p.Kill(true);
        }
        """);

    [Fact]
    public Task Delay_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T : IAsyncLifetime
        {
            Process _p;
            public async ValueTask InitializeAsync() { _p = Process.Start("server"); await Task.Delay(10); }
            [Fact] public void A() { }
            public ValueTask DisposeAsync() { _p.Kill(true); return default; }
        }
        """, Framework.XunitV3);

    [Fact]
    public Task Fails_before_the_start_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T : IDisposable
        {
            readonly Process _p;
            public T() { if (!File.Exists("server")) { throw new Exception(); } _p = Process.Start("server"); }
            [Fact] public void A() { }
            public void Dispose() => _p.Kill(true);
        }
        """);

    [Fact]
    public Task Start_method_of_a_wrapper_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class Server
        {
            Process _p;
            public async Task StartAsync() { _p = Process.Start("server"); await File.ReadAllTextAsync("x"); }
            public void Stop() => _p.Kill(true);
        }
        """);

    [Fact]
    public Task Test_method_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T : IDisposable
        {
            Process _p;
            [Fact]
            public async Task A()
            {
                _p = Process.Start("server");
                await File.ReadAllTextAsync("x");
                Assert.True(File.Exists("y"));
            }
            public void Dispose() => _p?.Kill(true);
        }
        """);

    [Fact]
    public Task Bounded_wait_is_tested_and_the_other_way_kills_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class F : IDisposable
        {
            readonly Process _p;
            public string Line;
            public F()
            {
                var ready = new TaskCompletionSource<string>();
                _p = Process.Start("server");
                if (ready.Task.Wait(5000))
                {
                    Line = ready.Task.Result;
                }
                else
                {
                    _p.Kill(true);
                    throw new TimeoutException();
                }
            }
            public void Dispose() { _p.Kill(true); }
        }
        class T : IClassFixture<F>
        {
            [Fact] public void A() { }
        }
        """);

    [Fact]
    public Task Own_helper_only_sleeps_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class T : IAsyncLifetime
        {
            Process _p;
            public async Task InitializeAsync() { _p = Process.Start("server"); await Settle(); }
            static async Task Settle() { await Task.Delay(500); Console.WriteLine("up"); }
            [Fact] public void A() { }
            public Task DisposeAsync() { _p.Kill(true); return Task.CompletedTask; }
        }
        """);
}
