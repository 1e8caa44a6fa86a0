using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using TestReaper;
using TestReaper.CrashRecovery;
using TestReaper.Leaks;
using TestReaper.Platform;
using TestReaper.Platform.Linux;
using TestReaper.TestHost;

if (args is ["--owner", .. var command])
{
    await OwnerScenario.RunAsync(command);
    return;
}

if (args is ["--keeper", .. var kept])
{
    await OwnerScenario.KeepAsync(kept);
    return;
}

if (!OperatingSystem.IsLinux())
{
    throw new PlatformNotSupportedException("This test host runs only on Linux.");
}

if (args is ["--gpu", .. var roots])
{
    GpuScenario.Run(roots);
    return;
}

if (args is ["--gpu-lease", .. var leases])
{
    await GpuLeaseScenario.RunAsync(leases);
    return;
}

if (args is ["--ports", .. var ports])
{
    await PortScenario.RunAsync(ports);
    return;
}

if (args is ["--model", .. var model])
{
    await ModelScenario.RunAsync(model);
    return;
}

var options = Options.Parse(args);
foreach (var (call, errno) in options.Refuse)
{
    SeccompFilter.Refuse(call, errno);
}

if (options.NoCGroup || options.DeadHelper > 0)
{
    var platform = new LinuxPlatform(useCGroup: !options.NoCGroup);
    ProcessPlatform.Use(options.DeadHelper == 0
        ? platform
        : new LinuxPlatform(useCGroup: !options.NoCGroup) { Launcher = new DeadHelper(platform.Launcher, options.DeadHelper) });
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
        await LeakScenario.RunAsync(options, logs);
    }
    else
    {
        await foreach (var run in ReadRunsAsync())
        {
            Console.WriteLine(await RunAsync(run));
        }
    }
}
catch (Exception error)
{
    Console.WriteLine(HostResult.FromException(error));
}

if (neighbour is not null)
{
    // The test checks that the neighbour is alive, and then closes standard input.
    await Console.In.ReadToEndAsync();
    await neighbour.DisposeAsync();
}

Directory.Delete(logs, recursive: true);

async IAsyncEnumerable<Options> ReadRunsAsync()
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

async Task<string> RunAsync(Options run)
{
    try
    {
        return HostResult.FromReport(run.KillTree is { } pid ? await KillTreeAsync(run, pid) : await RunServerAsync(run));
    }
    catch (ReapTimeoutException timeout)
    {
        return HostResult.FromTimeout(timeout);
    }
    catch (Exception error)
    {
        return HostResult.FromException(error);
    }
}

async Task<ReapReport> KillTreeAsync(Options run, int pid)
{
    await WaitAsync(run);
    return await ProcessReaper.KillTreeAsync(pid, options: CreateReapOptions(run));
}

async Task<ReapReport> RunServerAsync(Options run)
{
    var server = await ServerProcess.StartAsync(new ServerProcessOptions
    {
        FileName = run.Command[0],
        Arguments = run.Command[1..],
        WorkingDirectory = run.Directory,
        Readiness = run.Listens ? Readiness.TcpPort() : Readiness.ProcessUp,
        Reap = CreateReapOptions(run),
        LogDirectory = logs,
    });
    await WaitAsync(run);
    return await server.ReapAsync();
}

async Task<ServerProcess?> StartNeighbourAsync(string? directory)
{
    return directory is null ? null : await ServerProcess.StartAsync(new ServerProcessOptions
    {
        FileName = options.Zoo!,
        Arguments = ["plain", "."],
        WorkingDirectory = directory,
        Reap = CreateReapOptions(options),
        LogDirectory = logs,
    });
}

static ReapOptions CreateReapOptions(Options run) => new()
{
    GracePeriod = run.Grace,
    Timeout = run.Timeout,
    ReleaseTimeout = TimeSpan.FromSeconds(5),
};

// Polls every millisecond and without the product: some test programs leave their tree within milliseconds.
static async Task WaitAsync(Options run)
{
    if (run.Stdin)
    {
        await Console.In.ReadLineAsync();
    }

    var deadline = Environment.TickCount64 + 30_000;
    while (run.Registry is { } registry && CountEntries(registry) < run.Entries)
    {
        if (Environment.TickCount64 > deadline)
        {
            throw new TimeoutException($"{registry} has only {CountEntries(registry)} of {run.Entries} entries.");
        }

        await Task.Delay(1);
    }
}

static int CountEntries(string registry) =>
    Directory.EnumerateFiles(registry).Count(path => !Path.GetFileName(path).StartsWith('.'));
