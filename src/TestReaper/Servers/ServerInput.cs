namespace TestReaper.Servers;

internal static class ServerInput
{
    /// <summary>
    /// Closes the pipe, not the writer, which would throw if a write is still under way: the readers are dead, and what the
    /// writer's buffer holds has nowhere to go.
    /// </summary>
    public static async Task CloseAsync(StreamWriter input)
    {
        try
        {
            await input.BaseStream.DisposeAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            // EPIPE.
        }
    }
}
