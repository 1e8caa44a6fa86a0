using System.Diagnostics;
using System.Runtime.Versioning;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Zoo;

/// <summary>One host that reaps many animals in sequence. It must not touch unrelated processes, and must not leak.</summary>
[SupportedOSPlatform("linux")]
public sealed class SoakHost : IDisposable
{
    private readonly LayerSet _layers;
    private readonly HostCGroup _cgroup = new();
    private readonly ProcessRegistry _neighbours = Open(new ProcessRegistry());
    private readonly ZooHost _host;

    public SoakHost(LayerSet layers)
    {
        _layers = layers;

        // The subreaper layer is inactive while the host has two trees.
        string[] neighbour = layers.HasSubreaper ? [] : ["--neighbour", _neighbours.Directory, "--zoo", ZooProgram.Require()];
        _host = ZooHost.Start([.. _cgroup.Prefix, .. ZooHost.Command(layers, ["--serve", .. neighbour])]);
    }

    /// <summary>The number of open file descriptors of the host.</summary>
    public int Descriptors => Directory.GetFileSystemEntries($"/proc/{_host.Pid}/fd").Length;

    /// <summary>
    /// Reaps one animal beside an innocent of its own kind. Returns the number of processes that escaped as the report had announced.
    /// </summary>
    public async Task<int> ReapAsync(Animal animal, params string[] arguments)
    {
        using var registry = Open(new ProcessRegistry());
        using var innocents = Open(new ProcessRegistry());
        var innocent = animal.IsBomb ? Animal.Of("plain") : animal;
        Start(innocent, innocents, innocent == animal ? arguments : []);
        var lambs = await innocents.WaitForAsync(innocent.Entries);
        using var limit = animal.IsBomb ? PidsLimit.Create(500) : null;

        _host.SendLine(
        [
            "--directory", registry.Directory,
            "--registry", registry.Directory,
            "--entries", $"{animal.Entries}",
            "--", .. limit?.Prefix ?? [], ZooProgram.Require(), animal.Name, ".", .. arguments,
        ]);
        var report = await _host.ReportAsync();

        var alive = registry.Alive();
        var mayBeIncomplete = animal.IsBomb && !_layers.HasCGroup;
        var mayEscape = animal.IsBomb || !animal.IsContainedBy(_layers);
        Assert.True(
            report.Outcome == "reaped" || (report.Outcome == "incomplete" && mayBeIncomplete),
            $"{report.Outcome}: {report.Message}");
        Assert.True(
            alive.Count == 0 || SaysWhatCanEscape(report),
            $"{alive.Count} processes are alive, but the report says: {report.Message}");
        Assert.True(
            alive.Count == 0 || mayEscape,
            $"{alive.Count} processes are alive, although these layers find them: {report.Message}");
        Assert.Equal(lambs, innocents.Alive());
        if (!_layers.HasSubreaper)
        {
            _neighbours.AssertAlive("root", 1);
            _neighbours.AssertAlive("leaf", 1);
        }

        return alive.Count;
    }

    /// <summary>Asserts that the host has no more descriptors than after the warm-up, and no cgroup except that of the neighbour.</summary>
    public async Task AssertNothingLeakedAsync(int descriptors)
    {
        // A process that escaped may hold a pipe until its registry kills it.
        await Poll.UntilAsync(() => Descriptors <= descriptors, () => $"{descriptors} descriptors; the host has {Descriptors}");
        Assert.Equal(_layers.HasCGroup && !_layers.HasSubreaper ? 1 : 0, _cgroup.Children().Count);
        await _host.EndAsync();
        Assert.Empty(_cgroup.Children());
        _neighbours.AssertNoneAlive(TimeSpan.FromSeconds(5));
    }

    public void Dispose()
    {
        _host.Dispose();
        _neighbours.Dispose();
        _cgroup.Dispose();
    }

    private static bool SaysWhatCanEscape(HostReport report) =>
        report.Outcome == "incomplete"
        || report.Message.Contains("can escape", StringComparison.Ordinal)
        || report.Message.Contains("hidepid", StringComparison.Ordinal);

    private static ProcessRegistry Open(ProcessRegistry registry)
    {
        // Processes of other users register themselves, too.
        File.SetUnixFileMode(registry.Directory, (UnixFileMode)0x1FF);
        return registry;
    }

    private void Start(Animal animal, ProcessRegistry registry, string[] arguments)
    {
        IReadOnlyList<string> command = [.. _layers.Prefix(forHost: false), ZooProgram.Require(), animal.Name, ".", .. arguments];
        Process.Start(new ProcessStartInfo(command[0], command.Skip(1)) { WorkingDirectory = registry.Directory })!.Dispose();
    }
}
