#if NUNIT
namespace Cases.SetUpFixture
{
    /// <summary>Its server belongs to all classes of the namespace, and to none of them.</summary>
    [SetUpFixture]
    public sealed class NamespaceServer : ServerProcessFixture
    {
        protected override ServerProcessOptions CreateOptions() => Support.Server("set-up-fixture");

        protected override Task OnStoppingAsync(CancellationToken cancellationToken) => throw new InvalidOperationException("no farewell");
    }

    [AssertReaped(timeout: 1)]
    public sealed class FirstTests
    {
        [Fact]
        public void It_is_green() => Support.WaitFor("set-up-fixture");
    }

    [AssertReaped(timeout: 1)]
    public sealed class SecondTests
    {
        [Fact]
        public void It_is_green() => Support.WaitFor("set-up-fixture");

        [Fact, Ignore("not today")]
        public void It_is_ignored()
        {
        }
    }
}
#endif
