using NUnit.Framework;
using TestReaper.Tests.PublicApi;

namespace TestReaper.NUnit.Tests.PublicApi;

public sealed class ContractTests
{
    [Test]
    [CancelAfter(30_000)]
    public void The_names_of_the_contract_exist()
    {
        Func<FixtureContract, TextWriter, Task> use = FixtureContract.UseAsync;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(use, Is.Not.Null);
            Assert.That((FixtureContract.Defaults().Timeout, FixtureContract.Defaults().Exclusive), Is.EqualTo((30, true)));
            Assert.That(FixtureContract.Defaults().Ignore, Is.Empty);
            Assert.That(FixtureContract.Usage().ValidOn, Is.EqualTo(AttributeTargets.Class | AttributeTargets.Assembly));
            Assert.That(FixtureContract.Usage().Inherited, Is.True);
        }
    }
}
