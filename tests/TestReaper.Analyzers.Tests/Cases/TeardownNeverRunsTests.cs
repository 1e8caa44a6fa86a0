using Xunit;

namespace TestReaper.Analyzers.Tests.Cases;

/// <summary>TR0007: teardowns that the test framework never calls.</summary>
public sealed class TeardownNeverRunsTests() : FlowRuleTest("TR0007")
{
    [Fact]
    public Task V2_only_async_disposable_Triggers() => TriggersAsync(
        """
        class T : IAsyncDisposable
        {
            Process _p = Process.Start("server");
            [Fact] public void A() { }
            public async ValueTask [|DisposeAsync|]() { _p.Kill(true); await _p.WaitForExitAsync(); }
        }
        """);

    [Fact]
    public Task V2_fixture_only_async_disposable_Triggers() => TriggersAsync(
        """
        class F : IAsyncDisposable
        {
            Process _p = Process.Start("server");
            public ValueTask [|DisposeAsync|]() { _p.Kill(true); return default; }
        }
        class T : IClassFixture<F>
        {
            [Fact] public void A() { }
        }
        """);

    [Fact]
    public Task V2_helper_behind_async_disposable_Triggers() => TriggersAsync(
        """
        class T : IAsyncDisposable
        {
            Process _p = Process.Start("server");
            [Fact] public void A() { }
            public ValueTask [|DisposeAsync|]() { Stop(); return default; }
            void Stop() => _p.Kill(true);
        }
        """);

    [Fact]
    public Task V3_dispose_beside_async_lifetime_Triggers() => TriggersAsync(
        """
        class T : IAsyncLifetime, IDisposable
        {
            Process _p;
            public ValueTask InitializeAsync() { _p = Process.Start("server"); return default; }
            [Fact] public void A() { }
            public ValueTask DisposeAsync() => default;
            public void [|Dispose|]() { _p.Kill(true); }
        }
        """, Framework.XunitV3);

    [Fact]
    public Task V3_dispose_beside_async_disposable_Triggers() => TriggersAsync(
        """
        class T : IAsyncDisposable, IDisposable
        {
            Process _p = Process.Start("server");
            [Fact] public void A() { }
            public ValueTask DisposeAsync() => default;
            public void [|Dispose|]() { _p.Kill(true); }
        }
        """, Framework.XunitV3);

    [Fact]
    public Task NUnit_dispose_beside_async_dispose_Triggers() => TriggersAsync(
        """
        class T : IAsyncDisposable, IDisposable
        {
            Process _p = Process.Start("server");
            [Test] public void A() { }
            public ValueTask DisposeAsync() => default;
            public void [|Dispose|]() { _p.Kill(true); }
        }
        """, Framework.NUnit);

    [Fact]
    public Task Async_void_dispose_Triggers() => TriggersAsync(
        """
        class T : IDisposable
        {
            Process _p = Process.Start("server");
            [Fact] public void A() { }
            public async void [|Dispose|]() { await Task.Delay(1); _p.Kill(true); }
        }
        """);

    [Fact]
    public Task Finalizer_Triggers() => TriggersAsync(
        """
        class T
        {
            Process _p = Process.Start("server");
            [Fact] public void A() { }
            ~[|T|]() { _p.Kill(true); }
        }
        """);

    [Fact]
    public Task V3_fixture_Triggers() => TriggersAsync(
        """
        class F : IAsyncLifetime, IDisposable
        {
            Process _p;
            public ValueTask InitializeAsync() { _p = Process.Start("server"); return default; }
            public ValueTask DisposeAsync() => default;
            public void [|Dispose|]() { _p.Kill(true); }
        }
        class T : IClassFixture<F>
        {
            [Fact] public void A() { }
        }
        """, Framework.XunitV3);

    [Fact]
    public Task Explicit_dispose_Triggers() => TriggersAsync(
        """
        class T : IAsyncDisposable, IDisposable
        {
            Process _p = Process.Start("server");
            [Fact] public void A() { }
            ValueTask IAsyncDisposable.DisposeAsync() => default;
            void IDisposable.[|Dispose|]() { _p.Kill(true); }
        }
        """, Framework.XunitV3);
}
