using System.Reflection;
using TestReaper.Tests.PublicApi;
using Xunit;

namespace TestReaper.Xunit.Tests.PublicApi;

public sealed class ContractTests
{
    [Fact(Timeout = 30_000)]
    public async Task The_names_of_the_contract_exist()
    {
        await Task.CompletedTask;
        Func<FixtureContract, ITestOutputHelper, Task> use = FixtureContract.UseAsync;

        Assert.NotNull(use);
        Assert.Equal((30, true), (FixtureContract.Defaults().Timeout, FixtureContract.Defaults().Exclusive));
        Assert.Empty(FixtureContract.Defaults().Ignore);
        Assert.Equal(
            (AttributeTargets.Class | AttributeTargets.Assembly, true),
            (FixtureContract.Usage().ValidOn, FixtureContract.Usage().Inherited));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_fixture_takes_the_sink_of_the_framework_or_none()
    {
        await Task.CompletedTask;
        var constructors = typeof(ServerProcessFixture).GetConstructors(BindingFlags.Instance | BindingFlags.NonPublic)
            .Where(constructor => constructor.IsFamily)
            .Select(constructor => constructor.GetParameters().SingleOrDefault()?.ParameterType)
            .ToList();

        Assert.Contains(null, constructors);
        Assert.Contains(typeof(IMessageSink), constructors);
    }
}
