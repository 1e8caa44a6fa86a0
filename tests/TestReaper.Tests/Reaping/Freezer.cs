using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Reaping;

/// <summary>A cgroup (v1) in which a process can be frozen: SIGKILL stays pending until the thaw.</summary>
internal sealed class Freezer : IDisposable
{
    private const string Root = "/sys/fs/cgroup/freezer";
    private readonly string _path = $"{Root}/testreaper-{Guid.NewGuid():N}";

    public static Freezer Make()
    {
        Skip.IfNot(Environment.UserName == "root", "Only root may make a cgroup.");
        Skip.IfNot(File.Exists($"{Root}/cgroup.procs"), "There is no cgroup v1 freezer.");
        var cage = new Freezer();
        Directory.CreateDirectory(cage._path);
        return cage;
    }

    public async Task FreezeAsync(int pid)
    {
        Write("cgroup.procs", $"{pid}");
        Write("freezer.state", "FROZEN");
        await Poll.UntilAsync(() => File.ReadAllText($"{_path}/freezer.state").Trim() == "FROZEN", "the process to freeze");
    }

    public void Thaw() => Write("freezer.state", "THAWED");

    public void Dispose()
    {
        Thaw();
        foreach (var pid in File.ReadAllLines($"{_path}/cgroup.procs"))
        {
            _ = LibC.kill(int.Parse(pid, null), LibC.SIGKILL);
        }

        SpinWait.SpinUntil(() => File.ReadAllText($"{_path}/cgroup.procs").Length == 0, TimeSpan.FromSeconds(5));
        Directory.Delete(_path);
    }

    private void Write(string file, string text) => File.WriteAllText($"{_path}/{file}", text);
}
