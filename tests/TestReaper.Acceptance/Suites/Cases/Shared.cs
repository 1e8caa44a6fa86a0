namespace Cases.Shared;

/// <summary>Two classes, one server, which a class that asserts does not take for its own leak.</summary>
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
    public Task It_uses_the_server() => SharedUse.Check();
}

[AssertReaped(timeout: 1)]
public sealed class SharedTwoTests
{
    [Fact]
    public Task It_uses_the_same_server() => SharedUse.Check();
}

internal static class SharedUse
{
    public static async Task Check()
    {
        var fixture = await SharedServer<SharedFixture>.GetAsync();
        Support.WaitFor("shared");
        if (fixture.Server.HasExited || SharedFixture.Starts != 1)
        {
            throw new InvalidOperationException("not one living server");
        }
    }
}
