using System.Diagnostics;
using System.Globalization;
using TestReaper.Tests.Infrastructure;
using Xunit;
using Xunit.Abstractions;

namespace TestReaper.Tests.RealServers;

/// <summary>
/// Starts, uses and reaps a real server many times on one port and one directory. A resource that a run does not release makes
/// the next run fail.
/// </summary>
public abstract class RealServerTest(ITestOutputHelper output) : IDisposable
{
    private const int Cycles = 20;

    /// <summary>The directory of the server's files.</summary>
    protected string Home { get; } = Directory.CreateTempSubdirectory("testreaper-").FullName;

    protected int Port { get; } = FreePort.Next();

    public void Dispose()
    {
        Directory.Delete(Home, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <param name="options">How to start the server. The port, the log directory and the timeout are added.</param>
    /// <param name="processes">The minimum number of processes of the server.</param>
    /// <param name="pidFile">The file to which the server writes its pid.</param>
    /// <param name="use">Uses the server. The second argument is the number of the run, counted from 1.</param>
    protected async Task RestartAsync(ServerProcessOptions options, int processes, string pidFile, Func<ServerProcess, int, Task> use)
    {
        var logger = new ListLogger();
        var start = Stopwatch.GetTimestamp();
        var reaping = TimeSpan.Zero;
        var report = "";
        options = options with
        {
            Endpoint = new Uri($"http://127.0.0.1:{Port}/"),
            LogDirectory = Path.Combine(Home, "logs"),
            StartupTimeout = TimeSpan.FromSeconds(30),
        };

        for (var run = 1; run <= Cycles; run++)
        {
            await using var server = await ServerProcess.StartAsync(options, logger);
            await use(server, run);
            var family = Family.Of(server.ProcessId);
            Assert.True(family.Count >= processes, $"{family.Count} processes are fewer than {processes}.");
            Assert.Equal(server.ProcessId, ReadPid(pidFile));

            var reaped = await server.ReapAsync();

            Assert.All(family, member => Assert.False(member.IsAlive(), $"{member} is still alive in run {run}. {reaped}"));
            Assert.True(
                !File.Exists(pidFile) || Family.Of(ReadPid(pidFile)).Count == 0,
                $"The process in {pidFile} is still alive in run {run}.");
            Assert.True(IsUnlocked(pidFile), $"{pidFile} is still locked in run {run}.");
            Assert.True(FreePort.IsFree(Port), $"The port is still held in run {run}.");
            Assert.True(
                reaped.Processes.Count >= processes,
                $"{reaped.Processes.Count} reported processes are fewer than {processes}. {reaped}");
            reaping += reaped.Elapsed;
            report = $"{reaped}";
        }

        Assert.Empty(logger.Warnings);
        var cycle = Stopwatch.GetElapsedTime(start) / Cycles;
        output.WriteLine($"{cycle:s\\.fff} s a cycle, {reaping / Cycles:s\\.fff} s of it to reap{Environment.NewLine}{report}");
    }

    private static int ReadPid(string pidFile)
    {
        // Not .NET's File class: it fails if the server holds a lock.
        using var reader = new StreamReader(new FileStream(LibC.open(pidFile, LibC.O_RDONLY | LibC.O_CLOEXEC), FileAccess.Read));
        return int.Parse(reader.ReadLine()!, CultureInfo.InvariantCulture);
    }

    private static bool IsUnlocked(string path)
    {
        using var file = LibC.open(path, LibC.O_RDONLY | LibC.O_CLOEXEC);
        return file.IsInvalid || LibC.flock(file, LibC.LOCK_SH | LibC.LOCK_NB) == 0;
    }
}
