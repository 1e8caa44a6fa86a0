using System.Diagnostics;
using System.Runtime.Versioning;
using TestReaper.Tests.Infrastructure;
using Xunit;
using Xunit.Abstractions;

namespace TestReaper.Tests.RealServers;

[UnsupportedOSPlatform("windows")]
public sealed class PostgresTests(ITestOutputHelper output) : RealServerTest(output)
{
    private string Data => Path.Combine(Home, "data");

    [SkippableFact(Timeout = 120_000)]
    public async Task Postgres_restarts_on_the_same_port_and_data()
    {
        var (server, initdb) = (Programs.Require("postgres"), Programs.Require("initdb"));
        var user = UnprivilegedUser.Find();
        File.SetUnixFileMode(Home, (UnixFileMode)0b111_111_111);
        await RunAsync(user.Command(initdb, "-D", Data, "-U", "test", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"));
        string[] command = user.Command(
            server, "-D", Data, "-p", $"{Port}", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off");
        var options = new ServerProcessOptions
        {
            FileName = command[0],
            Arguments = command[1..],
            WorkingDirectory = Home,
            Readiness = Readiness.All(Readiness.TcpPort(), Readiness.OutputLine("ready to accept connections")),
        };

        // The postmaster, checkpointer, background writer, WAL writer, autovacuum launcher and logical replication launcher.
        await RestartAsync(options, processes: 6, Path.Combine(Data, "postmaster.pid"), async (running, run) =>
        {
            await using var client = await PostgresClient.ConnectAsync(running.Port, "test", "postgres");
            await client.QueryAsync("CREATE TABLE IF NOT EXISTS runs (id int)");
            await client.QueryAsync("INSERT INTO runs VALUES (1)");
            Assert.Equal($"{run}", await client.QueryAsync("SELECT count(*) FROM runs"));
        });
    }

    private async Task RunAsync(string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = Home, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }
}
