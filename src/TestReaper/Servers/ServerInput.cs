namespace TestReaper.Servers;

internal static class ServerInput
{
    /// <summary>Closes the writer; its buffer has nowhere to go when the reader is dead.</summary>
    public static async Task CloseAsync(StreamWriter input)
    {
        try
        {
            await input.DisposeAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            // EPIPE.
        }
    }
}
