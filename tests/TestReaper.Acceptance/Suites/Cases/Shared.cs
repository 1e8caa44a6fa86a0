namespace Cases.Shared;

/// <summary>Two classes share a server, which the leak check of neither class reports as a leak.</summary>
public sealed class SharedFixture : ServerProcessFixture
{
    public static int Starts;

    protected override ServerProcessOptions CreateOptions()
    {
        Starts++;
        return Support.Server("shared");
    }
}

[AssertReaped(timeout: 1)]
public sealed class SharedOneTests
{
    [Fact]
    public Task It_uses_the_server() => SharedUse.CheckAsync();
}

[AssertReaped(timeout: 1)]
public sealed class SharedTwoTests
{
    [Fact]
    public Task It_uses_the_same_server() => SharedUse.CheckAsync();
}

internal static class SharedUse
{
    public static async Task CheckAsync()
    {
        var fixture = await SharedServer<SharedFixture>.GetAsync();
        Support.WaitFor("shared");
        if (fixture.Server.HasExited || SharedFixture.Starts != 1)
        {
            throw new InvalidOperationException("the classes do not share one running server");
        }
    }
}
