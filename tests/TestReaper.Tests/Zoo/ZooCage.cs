using System.Diagnostics;
using System.Runtime.Versioning;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Zoo;

/// <summary>
/// Runs one animal as a server of one host, beside two innocents that no reap may touch: a tree of the same program with the same
/// command line, user and enclosing scope, and another server of the same host.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class ZooCage : IDisposable
{
    private const string EnclosingScope = "00000000000000aa";
    private readonly ProcessRegistry _innocents = new();
    private readonly ProcessRegistry _neighbours = new();
    private readonly LayerSet _layers;
    private readonly string _program;
    private IReadOnlyList<RegisteredProcess> _lambs = [];
    private ZooHost? _host;

    public ZooCage(LayerSet layers, string? program = null)
    {
        _layers = layers;
        _program = program ?? ZooProgram.Require();
        foreach (var registry in new[] { Registry, _innocents, _neighbours })
        {
            // Processes of other users register themselves, too.
            File.SetUnixFileMode(registry.Directory, (UnixFileMode)0x1FF);
        }
    }

    /// <summary>The processes that are reaped.</summary>
    public ProcessRegistry Registry { get; } = new();

    /// <summary>Arguments before the command line of the animal.</summary>
    public IReadOnlyList<string> ServerPrefix { get; init; } = [];

    public IReadOnlyList<string> HostOptions { get; init; } = [];

    /// <summary>Starts the innocents and the host, and returns the report of the reap.</summary>
    public async Task<HostReport> ReapAsync(Animal animal, params string[] arguments)
    {
        await StartInnocentsAsync(animal, arguments);
        return await RunHostAsync(animal, arguments);
    }

    /// <summary>The same with innocents of another kind, for animals that are dangerous or expensive.</summary>
    public async Task<HostReport> ReapBesideAsync(Animal innocent, Animal animal, params string[] arguments)
    {
        await StartInnocentsAsync(innocent, []);
        return await RunHostAsync(animal, arguments);
    }

    /// <summary>Asserts that every innocent process is alive.</summary>
    public void AssertInnocentsAlive()
    {
        var alive = _innocents.Alive();
        Assert.All(_lambs, lamb => Assert.Contains(lamb, alive));
        if (!_layers.HasSubreaper)
        {
            _neighbours.AssertAlive("root", 1);
            _neighbours.AssertAlive("leaf", 1);
        }
    }

    /// <summary>For hosts with the option --stdin.</summary>
    public void SendLine() => _host!.SendLine();

    public async Task EndAsync() => await _host!.EndAsync();

    public void Dispose()
    {
        _host?.Dispose();
        Registry.Dispose();
        _innocents.Dispose();
        _neighbours.Dispose();
    }

    private static Dictionary<string, string> Scope => new() { ["TESTREAPER_SCOPE"] = EnclosingScope };

    private async Task<HostReport> RunHostAsync(Animal animal, string[] arguments)
    {
        string[] options =
        [
            "--directory", Registry.Directory,
            "--registry", Registry.Directory,
            "--entries", $"{animal.Entries}",
            .. _layers.HasSubreaper ? [] : (string[])["--neighbour", _neighbours.Directory, "--zoo", _program],
            .. HostOptions,
            "--", .. ServerPrefix, _program, animal.Name, ".", .. arguments,
        ];
        _host = ZooHost.Start(ZooHost.Command(_layers, options), Scope);
        return await _host.ReportAsync();
    }

    private async Task StartInnocentsAsync(Animal animal, string[] arguments)
    {
        IReadOnlyList<string> command = [.. _layers.Prefix(forHost: false), _program, animal.Name, ".", .. arguments];
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { WorkingDirectory = _innocents.Directory };
        start.Environment["TESTREAPER_SCOPE"] = EnclosingScope;
        Process.Start(start)!.Dispose();
        _lambs = await _innocents.WaitForAsync(animal.Entries);
    }
}
