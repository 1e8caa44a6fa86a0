using TestReaper.Servers.Models;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers.Models;

/// <summary>What a fetch of the caller leaves in its directory, and how its commands end.</summary>
public sealed class ModelCommandTests : ModelDirectory
{
    private static readonly ModelFetchWork Nothing = (_, _) => Task.CompletedTask;

    private delegate Task ModelFetchWork(ModelContext context, CancellationToken token);

    [Fact(Timeout = 60_000)]
    public async Task A_fetch_that_stores_nothing_beside_another_model_is_an_error()
    {
        await EnsureAsync("one", WriteAsync);

        var error = await Assert.ThrowsAsync<ModelFetchException>(() => EnsureAsync("other", Nothing));

        Contains("use a directory of its own", error.Message);
        Assert.True((await EnsureAsync("other", WriteAsync)).WasFetched);
        Assert.False((await EnsureAsync("one", Nothing)).WasFetched);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_fetch_may_find_in_place_what_an_earlier_attempt_has_left()
    {
        await Assert.ThrowsAsync<HttpRequestException>(() => EnsureAsync("test", async (context, token) =>
        {
            await WriteAsync(context, token);
            throw new HttpRequestException("after the last byte");
        }));

        Assert.True((await EnsureAsync("test", Nothing)).WasFetched);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_clock_ends_a_command_that_has_no_token()
    {
        string[] arguments = ["--registry", Registry.Directory, "--role", "tool", "--children", "1"];
        var step = EnsureAsync(
            "test", (context, _) => context.RunAsync(TestProgram.Path, arguments, null, CancellationToken.None), TimeSpan.FromSeconds(3));

        await Assert.ThrowsAsync<TimeoutException>(() => step);

        Registry.AssertNoneAlive();
    }

    [Fact(Timeout = 60_000)]
    public async Task The_output_of_a_failed_command_is_its_own()
    {
        var error = await Assert.ThrowsAsync<ModelFetchException>(() => EnsureAsync("test", async (context, token) =>
        {
            await context.RunAsync("sh", ["-c", "echo first"], cancellationToken: token);
            await context.RunAsync("sh", ["-c", "echo second; exit 3"], cancellationToken: token);
        }));

        Assert.Equal(["second"], error.OutputTail);
        Assert.DoesNotContain("first", error.Message.Split("Its last output:")[1], StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_directory_that_this_user_may_not_change_is_named_with_advice()
    {
        // Root may write everywhere, but unlink(2) refuses a directory to every user, with the same exception.
        Directory.CreateDirectory(Path.Combine(Store, new ModelKey("test", Store).MarkerName));

        var error = await Assert.ThrowsAsync<ModelFetchException>(() => EnsureAsync("test", WriteAsync));

        Contains("This user needs the right to write there", error.Message);
        Contains(Store, error.Message);
        Assert.IsType<UnauthorizedAccessException>(error.InnerException);
    }

    private Task<StoredModel> EnsureAsync(string name, ModelFetchWork fetch, TimeSpan? timeout = null) =>
        ModelStore.EnsureAsync(name, (context, token) => fetch(context, token), Options(timeout), Logger);

    private static Task WriteAsync(ModelContext context, CancellationToken token) =>
        File.WriteAllTextAsync(Path.Combine(context.Directory, context.Name), "12345", token);
}
