using TestReaper.Servers.Models;
using Xunit;

namespace TestReaper.Tests.Servers.Models;

/// <summary>When a model counts as complete, and where that is written.</summary>
public sealed class ModelMarkerTests : ModelDirectory
{
    [Fact(Timeout = 60_000)]
    public async Task A_fetch_that_answers_its_token_by_returning_early_is_not_complete()
    {
        await Assert.ThrowsAsync<TimeoutException>(() => EnsureAsync(
            async (context, token) =>
            {
                await WriteAsync(context, CancellationToken.None);
                await Task.Delay(Timeout.Infinite, token).ContinueWith(_ => { }, TaskScheduler.Default);
            },
            timeout: Short * 3));

        Assert.True((await EnsureAsync(WriteAsync)).WasFetched);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_directory_with_a_slash_at_its_end_has_the_same_lock()
    {
        await Task.CompletedTask;

        Assert.Equal(new ModelKey("test", Store).LockName, new ModelKey("test", $"{Store}/").LockName);
        Assert.Equal("/", new ModelKey("test", "/").Directory);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_marker_is_not_written_through_a_link()
    {
        var (key, linked) = (new ModelKey("test", Store), Path.Combine(Root, "linked"));
        await File.WriteAllTextAsync(linked, "mine");
        var links = new[] { key.MarkerName, $"{key.MarkerName}.tmp" }.Select(
            name => File.CreateSymbolicLink(Path.Combine(Directory.CreateDirectory(Store).FullName, name), linked).Name).ToList();

        await EnsureAsync(WriteAsync);

        Assert.Equal(2, links.Count);
        Assert.Equal("mine", await File.ReadAllTextAsync(linked));
        Assert.False((await EnsureAsync(WriteAsync)).WasFetched);
    }

    private Task<StoredModel> EnsureAsync(Func<ModelContext, CancellationToken, Task> fetch, TimeSpan? timeout = null) =>
        ModelStore.EnsureAsync("test", fetch, Options(timeout), Logger);

    private static Task WriteAsync(ModelContext context, CancellationToken token) =>
        File.WriteAllTextAsync(Path.Combine(context.Directory, "weights"), "12345", token);
}
