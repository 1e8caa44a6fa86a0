using Xunit;

namespace TestReaper.Xunit.Tests;

public sealed class SkipTests : FixtureTest
{
    [Fact(Timeout = 30_000)]
    public async Task An_unavailable_server_throws_the_skip_exception_of_xUnit()
    {
        var isCreated = false;
        ScriptedFixture fixture = null!;
        fixture = new ScriptedFixture(Server(), Sink)
        {
            OnStarting = _ =>
            {
                fixture.Skip("no GPU");
                return Task.CompletedTask;
            },
            Options = () =>
            {
                isCreated = true;
                return Server();
            },
        };

        await fixture.InitializeAsync();
        var (server, address) = (Thrown(() => fixture.Server), Thrown(() => fixture.BaseAddress));
        await fixture.DisposeAsync();

        // Compares with what Assert.Skip throws.
        Assert.Equal(Thrown(() => throw SkipException.ForSkip("no GPU")).Message, server.Message);
        Assert.Equal(server.Message, address.Message);
        Assert.False(isCreated);
        Assert.Empty(Registry.Registered());
        Assert.Equal("ScriptedFixture is not started: no GPU", Assert.Single(Sink.Messages));
    }

    // Assert.Throws would rethrow the skip exception and skip this test.
    private static Exception Thrown(Func<object> action)
    {
        try
        {
            return new InvalidOperationException($"{action()} came instead of an exception.");
        }
        catch (Exception error)
        {
            return error;
        }
    }
}
