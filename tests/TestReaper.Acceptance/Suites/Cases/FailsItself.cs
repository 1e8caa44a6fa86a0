namespace Cases.FailsItself;

[AssertReaped(timeout: 1)]
public sealed class FailsItselfTests
{
    [Fact]
    public void It_fails_and_leaks()
    {
        Support.Start("fails-itself");
        throw new InvalidOperationException("its own failure");
    }
}
