namespace Cases.CtorThrows;

[AssertReaped(timeout: 1)]
public sealed class CtorThrowsTests
{
    public CtorThrowsTests()
    {
        Support.Start("ctor-throws");
        throw new InvalidOperationException("the constructor failed");
    }

    [Fact]
    public void It_never_runs()
    {
    }
}
