using TestReaper;
using TestReaper.Platform;
using TestReaper.Platform.Linux;
using TestReaper.TestHost;

if (!OperatingSystem.IsLinux())
{
    throw new PlatformNotSupportedException("This host is for Linux.");
}

var options = Options.Parse(args);
if (options.Refuse is { } errno)
{
    SeccompFilter.RefusePidfdOpen(errno);
}

if (options.NoCGroup)
{
    ProcessPlatform.Use(new LinuxPlatform(useCGroup: false));
}

if (options.Subreaper && !Subreaper.Enable())
{
    throw new PlatformNotSupportedException("This process cannot become a subreaper.");
}

var reap = new ReapOptions { GracePeriod = options.Grace, Timeout = options.Timeout, ReleaseTimeout = TimeSpan.FromSeconds(5) };
var logs = Directory.CreateTempSubdirectory("testhost-").FullName;
ServerProcess? neighbour = null;
try
{
    neighbour = await StartNeighbourAsync(options.Neighbour);
    Console.WriteLine(HostResult.Of(options.KillTree is { } pid ? await KillTreeAsync(pid) : await RunServerAsync()));
}
catch (ReapTimeoutException survivors)
{
    Console.WriteLine(HostResult.Of(survivors));
}
catch (Exception error)
{
    Console.WriteLine(HostResult.Of(error));
}

if (neighbour is not null)
{
    // The test looks how the neighbour is, and closes our input.
    await Console.In.ReadToEndAsync();
    await neighbour.DisposeAsync();
}

Directory.Delete(logs, recursive: true);

async Task<ReapReport> KillTreeAsync(int pid)
{
    await WaitAsync();
    return await ProcessReaper.KillTreeAsync(pid, options: reap);
}

async Task<ReapReport> RunServerAsync()
{
    var server = await ServerProcess.StartAsync(new ServerProcessOptions
    {
        FileName = options.Command[0],
        Arguments = options.Command[1..],
        WorkingDirectory = options.Directory,
        Readiness = options.Listens ? Readiness.TcpPort() : Readiness.ProcessUp,
        Reap = reap,
        LogDirectory = logs,
    });
    await WaitAsync();
    return await server.ReapAsync();
}

async Task<ServerProcess?> StartNeighbourAsync(string? directory) => directory is null ? null : await ServerProcess.StartAsync(new ServerProcessOptions
{
    FileName = Array.Find(options.Command, word => Path.GetFileName(word).StartsWith("zoo", StringComparison.Ordinal))!,
    Arguments = ["plain", "."],
    WorkingDirectory = directory,
    Reap = reap,
    LogDirectory = logs,
});

// Polled fast and without a word to the product: some animals are gone from sight within milliseconds.
async Task WaitAsync()
{
    if (options.Stdin)
    {
        await Console.In.ReadLineAsync();
    }

    var deadline = Environment.TickCount64 + 30_000;
    while (options.Registry is { } registry && Directory.EnumerateFiles(registry).Count(path => !Path.GetFileName(path).StartsWith('.')) < options.Entries)
    {
        if (Environment.TickCount64 > deadline)
        {
            throw new TimeoutException($"Not {options.Entries} entries in {registry}.");
        }

        await Task.Delay(1);
    }
}
