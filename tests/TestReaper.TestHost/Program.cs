using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using TestReaper;
using TestReaper.CrashRecovery;
using TestReaper.Leaks;
using TestReaper.Platform;
using TestReaper.Platform.Linux;
using TestReaper.TestHost;

if (!OperatingSystem.IsLinux())
{
    throw new PlatformNotSupportedException("This host is for Linux.");
}

var options = Options.Parse(args);
foreach (var (call, errno) in options.Refuse)
{
    SeccompFilter.Refuse(call, errno);
}

if (options.NoCGroup)
{
    ProcessPlatform.Use(new LinuxPlatform(useCGroup: false));
}

if (options.UseProcess)
{
    using var child = System.Diagnostics.Process.Start("/bin/true");
    await child.WaitForExitAsync();
}

if (options.Subreaper && !Subreaper.Enable())
{
    throw new PlatformNotSupportedException("This process cannot become a subreaper.");
}

var logs = Directory.CreateTempSubdirectory("testhost-").FullName;
ServerProcess? neighbour = null;
try
{
    if (options.Sweep)
    {
        await new Sweep(ProcessPlatform.Current, NullLogger.Instance).RunAsync();
    }

    neighbour = await StartNeighbourAsync(options.Neighbour);
    if (options.LeakWindow)
    {
        await LeakScenario.PlayAsync(options, logs);
    }
    else
    {
        await foreach (var run in RunsAsync())
        {
            Console.WriteLine(await ResultAsync(run));
        }
    }
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

async IAsyncEnumerable<Options> RunsAsync()
{
    if (!options.Serve)
    {
        yield return options;
        yield break;
    }

    while (await Console.In.ReadLineAsync() is { } line)
    {
        yield return Options.Parse(JsonSerializer.Deserialize<string[]>(line)!);
    }
}

async Task<string> ResultAsync(Options run)
{
    try
    {
        return HostResult.Of(run.KillTree is { } pid ? await KillTreeAsync(run, pid) : await RunServerAsync(run));
    }
    catch (ReapTimeoutException survivors)
    {
        return HostResult.Of(survivors);
    }
    catch (Exception error)
    {
        return HostResult.Of(error);
    }
}

async Task<ReapReport> KillTreeAsync(Options run, int pid)
{
    await WaitAsync(run);
    return await ProcessReaper.KillTreeAsync(pid, options: ReapOf(run));
}

async Task<ReapReport> RunServerAsync(Options run)
{
    var server = await ServerProcess.StartAsync(new ServerProcessOptions
    {
        FileName = run.Command[0],
        Arguments = run.Command[1..],
        WorkingDirectory = run.Directory,
        Readiness = run.Listens ? Readiness.TcpPort() : Readiness.ProcessUp,
        Reap = ReapOf(run),
        LogDirectory = logs,
    });
    await WaitAsync(run);
    return await server.ReapAsync();
}

async Task<ServerProcess?> StartNeighbourAsync(string? directory) => directory is null ? null : await ServerProcess.StartAsync(new ServerProcessOptions
{
    FileName = options.Zoo!,
    Arguments = ["plain", "."],
    WorkingDirectory = directory,
    Reap = ReapOf(options),
    LogDirectory = logs,
});

static ReapOptions ReapOf(Options run) => new() { GracePeriod = run.Grace, Timeout = run.Timeout, ReleaseTimeout = TimeSpan.FromSeconds(5) };

// Polled fast and without a word to the product: some animals are gone from sight within milliseconds.
static async Task WaitAsync(Options run)
{
    if (run.Stdin)
    {
        await Console.In.ReadLineAsync();
    }

    var deadline = Environment.TickCount64 + 30_000;
    while (run.Registry is { } registry && Directory.EnumerateFiles(registry).Count(path => !Path.GetFileName(path).StartsWith('.')) < run.Entries)
    {
        if (Environment.TickCount64 > deadline)
        {
            throw new TimeoutException($"Not {run.Entries} entries in {registry}.");
        }

        await Task.Delay(1);
    }
}
