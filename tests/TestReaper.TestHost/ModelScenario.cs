using System.Globalization;

namespace TestReaper.TestHost;

/// <summary>
/// Ensures a model in a directory: adds a line to fetches.log beside it, writes half of the file, and prints "fetching". Writes the rest
/// after a number of milliseconds; with -1, never: then it runs the rest of the arguments as a command. At the end it prints "fetched" or
/// "found".
/// </summary>
internal static class ModelScenario
{
    /// <param name="args">The directory, the milliseconds, and the command.</param>
    public static async Task RunAsync(string[] args)
    {
        var (directory, time) = (args[0], int.Parse(args[1], CultureInfo.InvariantCulture));
        var stored = await ModelStore.EnsureAsync(
            "test/model",
            async (context, cancellationToken) =>
            {
                var log = Path.Combine(directory, "..", "fetches.log");
                await File.AppendAllTextAsync(log, $"{Environment.ProcessId}\n", cancellationToken);
                var file = Path.Combine(context.Directory, "weights");
                await File.WriteAllTextAsync(file, "half", cancellationToken);
                Console.WriteLine("fetching");
                if (time < 0)
                {
                    await context.RunAsync(args[2], args[3..], environment: null, cancellationToken);
                }

                await Task.Delay(time, cancellationToken);
                await File.WriteAllTextAsync(file, "half and half", cancellationToken);
            },
            new ModelStoreOptions { Directory = directory, Timeout = TimeSpan.FromMinutes(1) });
        Console.WriteLine(stored.WasFetched ? "fetched" : "found");
    }
}
