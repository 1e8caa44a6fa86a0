using Xunit;

namespace TestReaper.Analyzers.Tests.Cases;

/// <summary>TR0007: teardowns that run.</summary>
public sealed class TeardownRunsTests() : FlowRuleTest("TR0007")
{
    [Fact]
    public Task V2_async_lifetime_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T : IAsyncLifetime
        {
            Process _p;
            public Task InitializeAsync() { _p = Process.Start("server"); return Task.CompletedTask; }
            [Fact] public void A() { }
            public Task DisposeAsync() { _p.Kill(true); return Task.CompletedTask; }
        }
        """);

    [Fact]
    public Task V3_async_disposable_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T : IAsyncDisposable
        {
            Process _p = Process.Start("server");
            [Fact] public void A() { }
            public ValueTask DisposeAsync() { _p.Kill(true); return default; }
        }
        """, Framework.XunitV3);

    [Fact]
    public Task NUnit_async_disposable_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T : IAsyncDisposable
        {
            Process _p = Process.Start("server");
            [Test] public void A() { }
            public ValueTask DisposeAsync() { _p.Kill(true); return default; }
        }
        """, Framework.NUnit);

    [Fact]
    public Task Sync_delegates_to_async_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T : IAsyncDisposable, IDisposable
        {
            Process _p = Process.Start("server");
            [Fact] public void A() { }
            public ValueTask DisposeAsync() { _p.Kill(true); return default; }
            public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
        """);

    [Fact]
    public Task Async_delegates_to_sync_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T : IAsyncDisposable, IDisposable
        {
            Process _p = Process.Start("server");
            [Fact] public void A() { }
            public ValueTask DisposeAsync() { Dispose(); return default; }
            public void Dispose() { _p.Kill(true); }
        }
        """, Framework.XunitV3);

    [Fact]
    public Task V2_both_with_dispose_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T : IAsyncDisposable, IDisposable
        {
            Process _p = Process.Start("server");
            [Fact] public void A() { }
            public ValueTask DisposeAsync() => default;
            public void Dispose() { _p.Kill(true); }
        }
        """);

    [Fact]
    public Task Wrapper_only_async_disposable_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class Server : IAsyncDisposable
        {
            Process _p = Process.Start("server");
            public ValueTask DisposeAsync() { _p.Kill(true); return default; }
        }
        """);

    [Fact]
    public Task Wrapper_with_both_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class Server : IAsyncDisposable, IDisposable
        {
            Process _p = Process.Start("server");
            public ValueTask DisposeAsync() => default;
            public void Dispose() { _p.Kill(true); }
        }
        """, Framework.XunitV3);

    [Fact]
    public Task Shared_stop_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T : IAsyncDisposable, IDisposable
        {
            Process _p = Process.Start("server");
            [Fact] public void A() { }
            public ValueTask DisposeAsync() { Stop(); return default; }
            public void Dispose() => Stop();
            void Stop() => _p.Kill(true);
        }
        """, Framework.XunitV3);

    [Fact]
    public Task Explicit_delegation_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T : IAsyncDisposable, IDisposable
        {
            Process _p = Process.Start("server");
            [Fact] public void A() { }
            ValueTask IAsyncDisposable.DisposeAsync() { _p.Kill(true); return default; }
            public void Dispose() => ((IAsyncDisposable)this).DisposeAsync().AsTask().Wait();
        }
        """);

    [Fact]
    public Task Finalizer_and_dispose_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T : IDisposable
        {
            Process _p = Process.Start("server");
            [Fact] public void A() { }
            ~T() { Dispose(false); }
            public void Dispose() { Dispose(true); }
            void Dispose(bool d) { _p.Kill(true); }
        }
        """);

    [Fact]
    public Task NUnit_dispose_alone_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T : IDisposable
        {
            Process _p = Process.Start("server");
            [Test] public void A() { }
            public void Dispose() { _p.Kill(true); }
        }
        """, Framework.NUnit);

    [Fact]
    public Task NUnit_tear_down_and_dispose_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T : IAsyncDisposable, IDisposable
        {
            Process _p = Process.Start("server");
            [Test] public void A() { }
            [OneTimeTearDown] public void Down() => _p.Kill(true);
            public ValueTask DisposeAsync() => default;
            public void Dispose() { _p.Dispose(); }
        }
        """, Framework.NUnit);
}
