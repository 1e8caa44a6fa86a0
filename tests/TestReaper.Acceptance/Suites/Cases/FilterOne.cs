namespace Cases.FilterOne;

[AssertReaped(timeout: 1)]
public sealed class FilterOneTests
{
    [Fact]
    public void Chosen() => Support.Start("filter-one");

    [Fact]
    public void Left_out() => throw new InvalidOperationException("the filter did not work");
}
