// For InnerRun only: an ordinary run must not find them.
#pragma warning disable xUnit1000 // Test classes must be public
#pragma warning disable CA1812 // xUnit makes the instances

using TestReaper.Tests.Infrastructure;
using Xunit;
using Xunit.Abstractions;

namespace TestReaper.Xunit.Tests.InnerRuns;

internal sealed class ClassFixtureTests(SharedFixture fixture) : IClassFixture<SharedFixture>
{
    [Fact]
    public void First() => Meeting.Note(fixture);

    [Fact]
    public void Second() => Meeting.Note(fixture);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Third(int _) => Meeting.Note(fixture);
}

/// <summary>Public, or xUnit would not find it.</summary>
[CollectionDefinition(nameof(SharedServer))]
public sealed class SharedServer : ICollectionFixture<SharedFixture>;

[Collection(nameof(SharedServer))]
internal sealed class CollectionTestsA(SharedFixture fixture)
{
    [Fact]
    public void A() => Meeting.Note(fixture);
}

[Collection(nameof(SharedServer))]
internal sealed class CollectionTestsB(SharedFixture fixture)
{
    [Fact]
    public void B() => Meeting.Note(fixture);
}

internal sealed class DerivedTests(ITestOutputHelper output) : ServerProcessFixture(output)
{
    [Fact]
    public void First() => AssertOnlyMyServerLives();

    [Fact]
    public void Second() => AssertOnlyMyServerLives();

    protected override ServerProcessOptions CreateOptions() => Meeting.Options;

    private void AssertOnlyMyServerLives()
    {
        Meeting.Note(this);
        Assert.Equal([Server.ProcessId], Meeting.Registry.Alive().Select(process => process.Pid));
    }
}

internal sealed class SkippableTests(UnavailableFixture fixture) : IClassFixture<UnavailableFixture>
{
    [SkippableFact]
    public void Needs_the_server() => Meeting.Note(fixture);

    [SkippableFact]
    public void Needs_its_address() => _ = fixture.BaseAddress;

    [Fact]
    public void Needs_nothing()
    {
    }
}
