namespace Cases.Parameterised;

#if NUNIT
[TestFixture(1)]
[TestFixture(2)]
[AssertReaped(timeout: 1)]
public sealed class ParameterisedTests(int number)
{
    [Fact]
    public void The_second_fixture_leaks()
    {
        if (number == 2)
        {
            Support.Start("parameterised");
        }
    }
}
#else
[AssertReaped(timeout: 1)]
public sealed class ParameterisedTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_second_row_leaks(int number)
    {
        if (number == 2)
        {
            Support.Start("parameterised");
        }
    }
}
#endif
