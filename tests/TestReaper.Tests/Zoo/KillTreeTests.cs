using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Zoo;

/// <summary>Trees that the product did not start: they have no scope and no cgroup, and no samples were taken.</summary>
[SupportedOSPlatform("linux")]
public sealed class KillTreeTests : IDisposable
{
    private readonly ProcessRegistry _registry = new();
    private readonly ProcessRegistry _innocents = new();

    public void Dispose()
    {
        _registry.Dispose();
        _innocents.Dispose();
    }

    [SkippableTheory(Timeout = 60_000)]
    [Trait("Category", "Full")]
    [InlineData("plain", "all layers")]
    [InlineData("stopped", "all layers")]
    [InlineData("hostile-name", "all layers")]
    [InlineData("setsid", "all layers")]
    [InlineData("exec-empty-environment", "all layers")]
    [InlineData("traced", "all layers")]
    [InlineData("headless-child", "pidfd_open ENOSYS")]
    [InlineData("setpgid", "pidfd_open EINVAL")]
    [InlineData("undumpable", "ordinary user")]
    public async Task Only_the_root_and_the_processes_below_it_are_killed(string animalName, string layersName)
    {
        var (animal, layers) = (Animal.Of(animalName), LayerSet.Of(layersName));
        Start(animal, layers, _innocents).Dispose();
        using var root = Start(animal, layers, _registry);
        await _innocents.WaitForAsync(animal.Entries);
        await _registry.WaitForAsync(animal.Entries);

        using var host = ZooHost.Start(ZooHost.Command(layers, "--kill-tree", root.Id.ToString(CultureInfo.InvariantCulture)));
        var report = await host.ReportAsync();

        _registry.AssertNoneAlive();
        Assert.True(report.Outcome == "reaped", report.Message);
        Assert.Equal(animal.Entries, report.Processes!.Count);
        Assert.Equal(animal.Entries, _innocents.Alive().Count);
    }

    private static Process Start(Animal animal, LayerSet layers, ProcessRegistry registry)
    {
        File.SetUnixFileMode(registry.Directory, (UnixFileMode)0x1FF);
        IReadOnlyList<string> command = [.. layers.Prefix(forHost: false), ZooProgram.Require(), animal.Name, "."];
        return Process.Start(new ProcessStartInfo(command[0], command.Skip(1)) { WorkingDirectory = registry.Directory })!;
    }
}
