namespace Cases.Inherited;

[AssertReaped(timeout: 1)]
public abstract class Base;

public sealed class InheritedTests : Base
{
    [Fact]
    public void It_leaks() => Support.Start("inherited");
}
