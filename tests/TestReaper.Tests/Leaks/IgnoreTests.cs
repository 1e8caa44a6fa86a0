using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Leaks;

/// <summary>Ignored programs with real processes. <see cref="ExemptionsTests"/> tests the names.</summary>
public sealed class IgnoreTests : IDisposable
{
    private readonly LeakHost _host = new();

    private ProcessRegistry Registry => _host.Registry;

    public void Dispose() => _host.Dispose();

    [Theory(Timeout = 60_000)]
    [InlineData("TestReaper.TestProcess")]
    [InlineData(null)]
    public async Task A_program_ignored_by_name_or_path_may_stay_with_its_descendants(string? name)
    {
        await _host.BeginAsync(ignored: name ?? TestProgram.Path);
        await _host.StartAsync("ignored", 2, "--children", "1");

        await _host.EndCleanAsync();

        Registry.AssertAlive("ignored", 1);
        Registry.AssertAlive("child", 1);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_script_is_ignored_by_its_own_name_and_other_scripts_of_the_interpreter_are_not()
    {
        await _host.BeginAsync(ignored: "may_stay.sh");
        await StartScriptAsync("may_stay.sh", "ignored");
        await _host.EndCleanAsync();
        var leaked = await StartScriptAsync("leaks.sh", "leak");

        var leak = await _host.EndLeakyAsync();

        Assert.Contains(leaked, leak.Pids!);
        Registry.AssertAlive("ignored", 1);
        Registry.AssertAlive("leak", 0);
    }

    /// <summary>The kill must spare the same processes as the check.</summary>
    [Fact(Timeout = 60_000)]
    public async Task An_ignored_process_survives_the_kill_of_its_parent()
    {
        await _host.BeginAsync(ignored: "TestReaper.TestProcess");
        var leaked = await StartScriptAsync("leaks.sh", "ignored", "--children", "1");
        await Registry.WaitForAsync(2);

        var leak = await _host.EndLeakyAsync();

        Assert.Equal([leaked], leak.Pids!);
        await Poll.UntilAsync(() => ProcStat.StateOf(leaked) is null or 'Z', "the script to be gone");
        Registry.AssertAlive("ignored", 1);
        Registry.AssertAlive("child", 1);
    }

    /// <summary>The set of spared processes grows while the program forks. None of its children may be killed.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Children_that_an_ignored_program_forks_during_the_kill_survive()
    {
        await _host.BeginAsync(ignored: "keeper.sh");
        var (killed, beat) = (Path.Combine(Registry.Directory, ".killed"), Path.Combine(Registry.Directory, ".beat"));
        var keeper = Path.Combine(Directory.CreateDirectory(Path.Combine(Registry.Directory, ".scripts")).FullName, "keeper.sh");
        await File.WriteAllTextAsync(
            keeper, $"while [ -d '{Registry.Directory}' ]; do /bin/sleep 0.01 || echo $? >> '{killed}'; echo >> '{beat}'; done");
        var leaked = await _host.StartAsync(
            "/bin/sh", ["-c", $"/bin/sh '{keeper}' & \"$@\" & \"$@\" & wait", "sh", TestProgram.Path, .. _host.Args("leak")]);
        await Registry.WaitForAsync(2, "leak");

        var leak = await _host.EndLeakyAsync();

        Assert.Contains(leaked, leak.Pids!);
        Registry.AssertAlive("leak", 0);
        var beats = new FileInfo(beat).Length;
        await Poll.UntilAsync(() => new FileInfo(beat).Length > beats + 10, "the ignored program to continue forking");
        Assert.False(File.Exists(killed), "a child of the ignored program was killed");
    }

    private async Task<int> StartScriptAsync(string name, string role, params string[] args)
    {
        var script = Path.Combine(Directory.CreateDirectory(Path.Combine(Registry.Directory, ".scripts")).FullName, name);
        await File.WriteAllTextAsync(script, "\"$@\" & wait");
        var pid = await _host.StartAsync("/bin/sh", [script, TestProgram.Path, .. _host.Args(role, args)]);
        await Registry.WaitForAsync(1, role);
        return pid;
    }
}
