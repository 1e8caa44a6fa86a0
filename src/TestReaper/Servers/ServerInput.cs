namespace TestReaper.Servers;

internal static class ServerInput
{
    /// <summary>
    /// Closes the pipe, not the writer, which would throw if a write is still under way: what the writer's buffer holds is not
    /// read any more.
    /// </summary>
    public static void Close(StreamWriter input)
    {
        try
        {
            input.BaseStream.Dispose();
        }
        catch (IOException)
        {
            // EPIPE.
        }
    }
}
