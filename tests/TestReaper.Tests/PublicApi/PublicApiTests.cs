using Xunit;
using Xunit.Sdk;

namespace TestReaper.Tests.PublicApi;

public sealed class PublicApiTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("testreaper-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact(Timeout = 30_000)]
    public async Task The_public_api_matches_the_snapshot()
    {
        await Task.CompletedTask;
        ApiSnapshot.Verify(typeof(ProcessReaper).Assembly);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_changed_api_fails_with_the_difference_and_the_command_that_accepts_it()
    {
        await Task.CompletedTask;
        ApiSnapshot.Verify("same\nold\n", "x.txt", _directory, update: true);
        ApiSnapshot.Verify("same\nold\n", "x.txt", _directory, update: false);

        var failure = Assert.Throws<FailException>(() => ApiSnapshot.Verify("same\nnew\n", "x.txt", _directory, update: false));

        Assert.Contains("- old\n+ new\n", failure.Message, StringComparison.Ordinal);
        Assert.Contains("TESTREAPER_UPDATE_SNAPSHOTS=1 dotnet test", failure.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_missing_snapshot_fails()
    {
        await Task.CompletedTask;
        Assert.Throws<FailException>(() => ApiSnapshot.Verify("anything\n", "missing.txt", _directory, update: false));
    }
}
