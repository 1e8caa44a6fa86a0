namespace Cases.FilterOne;

[AssertReaped(timeout: 1)]
public sealed class FilterOneTests
{
    [Fact]
    public void Chosen() => Support.Start("filter-one");

    [Fact]
    public void Excluded() => throw new InvalidOperationException("the filter did not exclude this test");
}
