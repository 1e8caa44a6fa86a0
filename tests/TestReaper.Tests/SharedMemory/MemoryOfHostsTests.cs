using System.Runtime.Versioning;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Zoo;
using Xunit;

namespace TestReaper.Tests.SharedMemory;

/// <summary>Hosts that differ from the host of these tests: another user, another mount namespace.</summary>
[SupportedOSPlatform("linux")]
public sealed class MemoryOfHostsTests : SharedMemoryTest
{
    private static readonly string[] WithQueues =
        ["unshare", "--mount", "--propagation", "private", "sh", "-c", "mount -t mqueue none /dev/mqueue && exec \"$@\"", "sh"];

    [SkippableFact(Timeout = 60_000)]
    public async Task A_host_of_an_ordinary_user_removes_its_own_objects_and_keeps_those_of_others()
    {
        var (own, foreign) = (NewName(), NewName());
        await NeighbourAsync("create", foreign);
        File.SetUnixFileMode(PathOf(foreign), (UnixFileMode)0x1B6);
        using var host = ZooHost.Start(ZooHost.Command(
            LayerSet.OrdinaryUser,
            ["--stdin", "--grace", "0", "--", MemoryProgram.Require(), "map", foreign, "create", own, "semaphore", own]));
        await Poll.UntilAsync(() => Exists("sem." + own), "the server to be ready");

        host.SendLine();

        var report = await host.ReportAsync();
        Assert.Equal("reaped", report.Outcome);
        Assert.False(Exists(own) || Exists("sem." + own), report.Message);
        Assert.True(Exists(foreign), report.Message);
        await host.EndAsync();
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_message_queue_is_removed()
    {
        const string Queues = "/dev/mqueue";
        Skip.IfNot(Environment.IsPrivilegedProcess, "needs root");
        var isOurs = !Directory.Exists(Queues);
        Directory.CreateDirectory(Queues);
        var name = NewName();
        try
        {
            string[] options = ["--stdin", "--grace", "0", "--", MemoryProgram.Require(), "queue", name, "create", name];
            using var host = ZooHost.Start([.. WithQueues, .. ZooHost.Command(LayerSet.NoCGroup, options)]);
            await Poll.UntilAsync(() => Exists(name), "the server to be ready");

            host.SendLine();

            var report = await host.ReportAsync();
            Assert.Contains($"shared memory {Queues}/{name} (", report.Message, StringComparison.Ordinal);
            var releases = report.Message.Split('\n').Where(line => line.StartsWith("shared memory", StringComparison.Ordinal)).ToList();
            Assert.Equal(2, releases.Count);
            Assert.All(releases, line => Assert.EndsWith(": removed", line, StringComparison.Ordinal));
            await host.EndAsync();
        }
        finally
        {
            if (isOurs)
            {
                Directory.Delete(Queues);
            }
        }
    }
}
