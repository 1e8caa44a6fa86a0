#if NUNIT
namespace Cases.SetUpFixture
{
    /// <summary>The server is shared by all classes of the namespace and belongs to none of them.</summary>
    [SetUpFixture]
    public sealed class NamespaceServer : ServerProcessFixture
    {
        protected override ServerProcessOptions CreateOptions() => Support.Server("set-up-fixture");

        protected override Task OnStoppingAsync(CancellationToken cancellationToken) =>
            throw new InvalidOperationException("the stop hook failed");
    }

    [AssertReaped(timeout: 1)]
    public sealed class FirstTests
    {
        [Fact]
        public void It_passes() => Support.WaitFor("set-up-fixture");
    }

    [AssertReaped(timeout: 1)]
    public sealed class SecondTests
    {
        [Fact]
        public void It_passes() => Support.WaitFor("set-up-fixture");

        [Fact, Ignore("skipped on purpose")]
        public void It_is_ignored()
        {
        }
    }
}
#endif
