namespace TestReaper.TestHost;

/// <summary>Starts a server, and owns it until this process is killed or leaves it running on purpose.</summary>
internal static class OwnerScenario
{
    public static async Task RunAsync(string[] command)
    {
        await ServerProcess.StartAsync(new ServerProcessOptions { FileName = command[0], Arguments = command[1..] });
        await Task.Delay(TimeSpan.FromMinutes(2));
    }

    /// <summary>With TESTREAPER_KEEP=always the reap leaves the server running.</summary>
    public static async Task KeepAsync(string[] command)
    {
        var server = await ServerProcess.StartAsync(new ServerProcessOptions { FileName = command[0], Arguments = command[1..] });
        await server.ReapAsync();
    }
}
