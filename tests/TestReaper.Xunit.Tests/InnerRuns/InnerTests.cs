// For InnerRun only: an ordinary run must not find these classes.
#pragma warning disable xUnit1000 // Test classes must be public
#pragma warning disable CA1812 // xUnit creates the instances

using TestReaper.Tests.Infrastructure;
using Xunit;
using Xunit.Abstractions;

namespace TestReaper.Xunit.Tests.InnerRuns;

internal sealed class ClassFixtureTests(SharedFixture fixture) : IClassFixture<SharedFixture>
{
    [Fact]
    public void First() => InnerRunState.RecordServer(fixture);

    [Fact]
    public void Second() => InnerRunState.RecordServer(fixture);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Third(int _) => InnerRunState.RecordServer(fixture);
}

/// <summary>Public, because xUnit finds only public definitions.</summary>
[CollectionDefinition(nameof(SharedServer))]
public sealed class SharedServer : ICollectionFixture<SharedFixture>;

[Collection(nameof(SharedServer))]
internal sealed class CollectionTestsA(SharedFixture fixture)
{
    [Fact]
    public void A() => InnerRunState.RecordServer(fixture);
}

[Collection(nameof(SharedServer))]
internal sealed class CollectionTestsB(SharedFixture fixture)
{
    [Fact]
    public void B() => InnerRunState.RecordServer(fixture);
}

internal sealed class DerivedTests(ITestOutputHelper output) : ServerProcessFixture(output)
{
    [Fact]
    public void First() => AssertOnlyMyServerLives();

    [Fact]
    public void Second() => AssertOnlyMyServerLives();

    protected override ServerProcessOptions CreateOptions() => InnerRunState.Options;

    private void AssertOnlyMyServerLives()
    {
        InnerRunState.RecordServer(this);
        Assert.Equal([Server.ProcessId], InnerRunState.Registry.Alive().Select(process => process.Pid));
    }
}

internal sealed class SkippableTests(UnavailableFixture fixture) : IClassFixture<UnavailableFixture>
{
    [SkippableFact]
    public void Needs_the_server() => InnerRunState.RecordServer(fixture);

    [SkippableFact]
    public void Needs_its_address() => _ = fixture.BaseAddress;

    [Fact]
    public void Needs_nothing()
    {
    }
}
