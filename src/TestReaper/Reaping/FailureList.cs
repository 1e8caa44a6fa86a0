namespace TestReaper.Reaping;

/// <summary>Runs steps of a clean-up of which each must run although another one failed.</summary>
internal static class FailureList
{
    /// <summary>Runs a step. Adds its exception to the failures instead of throwing it.</summary>
    public static async Task CollectAsync(this List<Exception> failures, Func<Task> step)
    {
        try
        {
            await step().ConfigureAwait(false);
        }
        catch (Exception error)
        {
            failures.Add(error);
        }
    }
}
