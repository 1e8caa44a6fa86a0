using TestReaper.Analyzers.Rules;
using Xunit;

namespace TestReaper.Analyzers.Tests.Shape;

/// <summary>TR0008.</summary>
public sealed class HidesLifeCycleTests : RuleTest<HidesLifeCycleAnalyzer>
{
    private const string Options = "protected override ServerProcessOptions CreateOptions() => new();";

    [Theory(Timeout = 30_000)]
    [InlineData("public new Task [|DisposeAsync|]() => Task.CompletedTask;")]
    [InlineData("public new Task [|InitializeAsync|]() => Task.CompletedTask;")]
    [InlineData("public async Task [|DisposeAsync|]() { await Task.Delay(1); }")]
    [InlineData("public new virtual void [|DisposeAsync|]() { }")]
    [InlineData("public new static Task [|InitializeAsync|]() => Task.CompletedTask;")]
    [InlineData("public new ValueTask [|DisposeAsync|]() => default;")]
    [InlineData("public new async Task [|DisposeAsync|]() { await base.DisposeAsync(); }")]
    [InlineData("private new Task [|InitializeAsync|]() => base.InitializeAsync();")]
    [InlineData("public new Task [|InitializeAsync|]() => Task.CompletedTask; public new Task [|DisposeAsync|]() => Task.CompletedTask;")]
    public Task A_hidden_member_Triggers(string members) =>
        TriggersAsync(Suite.XunitV2, $"public class Server : ServerProcessFixture {{ {Options} {members} }}");

    [Theory(Timeout = 30_000)]
    [InlineData("Task IAsyncLifetime.[|DisposeAsync|]() => Task.CompletedTask;")]
    [InlineData("public new Task [|DisposeAsync|]() => Task.CompletedTask;")]
    [InlineData("Task IAsyncLifetime.[|InitializeAsync|]() { return Task.CompletedTask; }")]
    public Task A_second_implementation_of_the_interface_Triggers(string members) =>
        TriggersAsync(Suite.XunitV2, $"public class Server : ServerProcessFixture, IAsyncLifetime {{ {Options} {members} }}");

    [Theory(Timeout = 30_000)]
    [InlineData("public class Server : ServerProcessFixture { OPTIONS public new ValueTask [|DisposeAsync|]() => default; }")]
    [InlineData(
        // lang=c#-test
        """
        public class Server : ServerProcessFixture, IAsyncDisposable
        {
            OPTIONS
            public new ValueTask [|DisposeAsync|]() => default;
        }
        """)]
    [InlineData(
        // lang=c#-test
        """
        public class Server : ServerProcessFixture, IAsyncDisposable
        {
            OPTIONS
            ValueTask IAsyncDisposable.[|DisposeAsync|]() => default;
        }
        """)]
    [InlineData(
        // lang=c#-test
        """
        public abstract class Base : ServerProcessFixture
        {
            OPTIONS
            public new ValueTask [|InitializeAsync|]() => default;
        }
        public class Server : Base { }
        """)]
    [InlineData(
        // lang=c#-test
        """
        public class Base : ServerProcessFixture { OPTIONS }
        public sealed class Server : Base
        {
            public new ValueTask [|InitializeAsync|]() => default;
        }
        """)]
    public Task In_xUnit_v3_Triggers(string source) => TriggersAsync(Suite.XunitV3, Fill(source));

    [Theory(Timeout = 30_000)]
    [InlineData("[OneTimeTearDown] public new Task [|StopFixtureAsync|]() => Task.CompletedTask;")]
    [InlineData("[OneTimeTearDown] public void [|StopFixtureAsync|]() { }")]
    [InlineData("[OneTimeTearDown] public new async Task [|StopFixtureAsync|]() { await base.StopFixtureAsync(); }")]
    [InlineData("[OneTimeSetUp] public new Task [|StartFixtureAsync|]() => Task.CompletedTask;")]
    [InlineData("public new Task [|StopFixtureAsync|]() => base.StopFixtureAsync();")]
    public Task In_NUnit_Triggers(string members) =>
        TriggersAsync(Suite.NUnit, AddClass(members));

    [Theory(Timeout = 30_000)]
    [InlineData("protected override Task OnStoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;")]
    [InlineData(
        // lang=c#-test
        """
        protected override Task OnStartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
        protected override Task OnReadyAsync(CancellationToken cancellationToken) => Task.CompletedTask;
        """)]
    [InlineData("public Task DisposeAsync(bool isForced) => Task.CompletedTask;")]
    [InlineData("public Task InitializeAsync<T>() => Task.CompletedTask;")]
    [InlineData("public Task StopFixtureAsync() => Task.CompletedTask;")]
    [InlineData("public void Dispose() { }")]
    [InlineData("public Task CloseAsync() => DisposeAsync();")]
    [InlineData("public override string ToString() => nameof(DisposeAsync);")]
    [InlineData("public class Inner { public Task DisposeAsync() => Task.CompletedTask; }")]
    public Task A_hook_or_another_member_DoesNotTrigger(string members) =>
        DoesNotTriggerAsync(Suite.XunitV2, $"public class Server : ServerProcessFixture {{ {Options} {members} }}");

    [Theory(Timeout = 30_000)]
    [InlineData(
        // lang=c#-test
        """
        public class Tests : IAsyncLifetime
        {
            public Task InitializeAsync() => Task.CompletedTask;
            public Task DisposeAsync() => Task.CompletedTask;
            [Fact] public void One() { }
        }
        """)]
    [InlineData(
        // lang=c#-test
        """
        public class Server : ServerProcessFixture, IAsyncLifetime
        {
            OPTIONS
            public new async Task DisposeAsync() { await base.DisposeAsync(); }
        }
        """)]
    [InlineData(
        // lang=c#-test
        """
        public class Server : ServerProcessFixture, IAsyncDisposable
        {
            OPTIONS
            async ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();
        }
        """)]
    [InlineData(
        // lang=c#-test
        """
        public class Base { public Task DisposeAsync() => Task.CompletedTask; }
        public class Other : Base
        {
            public new Task DisposeAsync() => Task.CompletedTask;
        }
        """)]
    [InlineData(
        // lang=c#-test
        """
        public class ServerProcessFixture
        {
            public Task DisposeAsync() => Task.CompletedTask;
        }
        public class Other : ServerProcessFixture
        {
            public new Task DisposeAsync() => Task.CompletedTask;
        }
        """)]
    public Task What_still_stops_the_server_DoesNotTrigger(string source) => DoesNotTriggerAsync(Suite.XunitV2, Fill(source));

    [Theory(Timeout = 30_000)]
    [InlineData("[OneTimeTearDown] public Task FarewellAsync() => Task.CompletedTask;")]
    [InlineData("[OneTimeSetUp] public void LoadData() { } [TearDown] public void Forget() { }")]
    [InlineData(
        // lang=c#-test
        """
        [OneTimeSetUp] public Task InitializeAsync() => Task.CompletedTask;
        [OneTimeTearDown] public Task DisposeAsync() => Task.CompletedTask;
        """)]
    public Task A_teardown_with_another_name_DoesNotTrigger(string members) =>
        DoesNotTriggerAsync(Suite.NUnit, AddClass(members));

    private static string Fill(string source) => source.Replace("OPTIONS", Options, StringComparison.Ordinal);

    private static string AddClass(string members) =>
        $"[TestFixture] public class ServerTests : ServerProcessFixture {{ {Options} {members} [Test] public void One() {{ }} }}";
}
