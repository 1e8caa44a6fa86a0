namespace Cases.CollectionServerDies
{
    /// <summary>The server belongs to a collection or a set-up. Its death cancels a test, whose failure has no address.</summary>
#if NUNIT
    [SetUpFixture]
#endif
    public sealed class DyingCollectionServer : ServerProcessFixture
    {
        private static Uri? address;
        private static CancellationToken exited;

        public static async Task UseAsync()
        {
            using var client = new HttpClient();
            await client.GetStringAsync(address);
            await Task.Delay(Timeout.Infinite, exited);
        }

        protected override ServerProcessOptions CreateOptions() =>
            Support.Server("collection-server-dies", "--http", "{port}", "--reuseport", "--crash-after", "1") with
            {
                Readiness = Readiness.Http("/health"),
            };

        protected override Task OnReadyAsync(CancellationToken cancellationToken)
        {
            (address, exited) = (Server.BaseAddress, Server.ExitedToken);
            return Task.CompletedTask;
        }
    }

#if NUNIT
    public sealed class CollectionServerDiesTests
#else
    [CollectionDefinition("CollectionServerDies")]
    public sealed class DyingCollection : ICollectionFixture<DyingCollectionServer>;

    [Collection("CollectionServerDies")]
    public sealed class CollectionServerDiesTests
#endif
    {
        [Fact]
        public Task It_is_cancelled() => DyingCollectionServer.UseAsync();
    }
}
