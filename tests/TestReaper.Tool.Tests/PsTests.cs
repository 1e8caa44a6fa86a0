using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text.Json;
using TestReaper.Platform.Linux.Native;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tool.Tests;

/// <summary><c>testreaper ps</c> shows what runs under any scope, whether a ledger has it or not, and nothing else.</summary>
[SupportedOSPlatform("linux")]
public sealed class PsTests : IDisposable
{
    private readonly string _outer = Guid.NewGuid().ToString("N")[..16];
    private readonly string _scope = Guid.NewGuid().ToString("N")[..16];
    private readonly Ledgers _ledgers = new();
    private readonly ProcessRegistry _registry = new();

    public void Dispose()
    {
        _registry.Dispose();
        _ledgers.Dispose();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_tree_without_a_ledger_is_shown_and_its_neighbour_is_not()
    {
        using var bystander = await Bystander.StartAsync();
        Start(_scope, "--children", "2");
        var tree = await _registry.WaitForAsync(3);

        var shown = await ShownAsync();

        var processes = shown[_scope].GetProperty("processes").EnumerateArray().ToList();
        Assert.Equal(tree.Select(process => process.Pid).Order(), processes.Select(Pid).Order());
        Assert.All(processes, process => Assert.InRange(process.GetProperty("ageSeconds").GetDouble(), 0, 55));
        Assert.Equal(JsonValueKind.Null, shown[_scope].GetProperty("host").ValueKind);
        Assert.DoesNotContain(bystander.Pid, shown.Values.SelectMany(scope => scope.GetProperty("processes").EnumerateArray()).Select(Pid));

        var text = (await ToolRun.OfAsync(_ledgers.State, "ps")).StandardOutput;
        Assert.Contains($"scope {_scope}  (host unknown (no ledger))", text, StringComparison.Ordinal);
        Assert.All(tree, process => Assert.Contains(process.Pid.ToString(CultureInfo.InvariantCulture), text, StringComparison.Ordinal));
        Assert.Contains("running for", text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_ledger_tells_what_the_server_is_and_which_GPUs_it_may_use()
    {
        await _ledgers.LeaveAsync(_scope, "a server");
        Start(_scope);
        await _registry.WaitForAsync(1);

        var shown = (await ShownAsync())[_scope];

        Assert.Equal("a server", shown.GetProperty("command").GetString());
        Assert.Equal("0,1", shown.GetProperty("gpu").GetString());
        Assert.Contains($"a server  (host {Ledgers.DeadHost}, dead: testreaper sweep, GPU 0,1)", (await ToolRun.OfAsync(_ledgers.State, "ps")).StandardOutput, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_scopes_around_tell_whose_it_is()
    {
        await _ledgers.LeaveAsync(_outer, "a server");
        Start($"{_outer}:{_scope}");
        await _registry.WaitForAsync(1);

        var shown = await ShownAsync();

        Assert.DoesNotContain(_outer, shown.Keys);
        var around = Assert.Single(shown[_scope].GetProperty("within").EnumerateArray().ToList());
        Assert.Equal(_outer, around.GetProperty("scope").GetString());
        Assert.Equal(Ledgers.DeadHost, around.GetProperty("host").GetInt32());
        Assert.Contains($"within a server of host {Ledgers.DeadHost}", (await ToolRun.OfAsync(_ledgers.State, "ps")).StandardOutput, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_has_cleared_its_environment_is_in_the_scope_of_its_parent()
    {
        Start(_scope, "--hold-stdout");
        var holder = Assert.Single(await _registry.WaitForAsync(1, "holder"));

        Assert.Contains(holder.Pid, (await ShownAsync())[_scope].GetProperty("processes").EnumerateArray().Select(Pid));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("mine")]
    [InlineData("0123456789ABCDEF")]
    [InlineData("0123456789abcdef0")]
    public async Task What_is_no_scope_is_not_shown(string value)
    {
        Start(value);
        var process = Assert.Single(await _registry.WaitForAsync(1));

        Assert.DoesNotContain(process.Pid, (await ShownAsync()).Values.SelectMany(scope => scope.GetProperty("processes").EnumerateArray()).Select(Pid));
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task What_sits_in_the_cgroup_of_a_scope_is_shown()
    {
        using var process = TestProgram.Start("--registry", _registry.Directory, "--role", "root", "--setsid");
        await _registry.WaitForAsync(1);
        var group = await EnterCGroupAsync(process.Id);
        try
        {
            Assert.Equal(process.Id, Pid(Assert.Single((await ShownAsync())[_scope].GetProperty("processes").EnumerateArray().ToList())));
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
            Directory.Delete(group);
        }
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task Another_users_are_not_shown()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "Only root can start a process of another user.");
        var start = new ProcessStartInfo(Programs.Require("setpriv"), ["--reuid=65534", "--regid=65534", "--clear-groups", "sleep", "50"]);
        start.Environment["TESTREAPER_SCOPE"] = _scope;
        using var process = Process.Start(start)!;
        try
        {
            await Poll.UntilAsync(() => File.ReadAllText($"/proc/{process.Id}/cmdline").StartsWith("sleep", StringComparison.Ordinal), "setpriv to become sleep");
            Assert.DoesNotContain(_scope, (await ShownAsync()).Keys);
        }
        finally
        {
            process.Kill();
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task What_testreaper_run_runs_is_shown_with_it_as_the_host()
    {
        using var run = ToolRun.Start(_ledgers.State, "run", "--", TestProgram.Path, "--registry", _registry.Directory, "--role", "root", "--children", "1");
        var tree = await _registry.WaitForAsync(2);

        var shown = Assert.Single((await ShownAsync()).Values, scope => scope.GetProperty("host") is { ValueKind: JsonValueKind.Number } host && host.GetInt32() == run.Id);

        Assert.Equal(tree.Select(process => process.Pid).Order(), shown.GetProperty("processes").EnumerateArray().Select(Pid).Order());
        Assert.False(shown.GetProperty("hostIsDead").GetBoolean());
        Assert.StartsWith("testreaper run -- ", shown.GetProperty("command").GetString(), StringComparison.Ordinal);
        _ = LibC.kill(run.Id, LibC.SIGTERM);
        await run.WaitForExitAsync();
        _registry.AssertNoneAlive();
    }

    private static int Pid(JsonElement process) => process.GetProperty("pid").GetInt32();

    private void Start(string cookie, params string[] options)
    {
        var start = TestProgram.StartInfo(["--registry", _registry.Directory, "--role", "root", .. options]);
        start.Environment["TESTREAPER_SCOPE"] = cookie;
        Process.Start(start)!.Dispose();
    }

    // Others may have something running: only what this test has started is looked for.
    private async Task<Dictionary<string, JsonElement>> ShownAsync()
    {
        var run = await ToolRun.OfAsync(_ledgers.State, "ps", "--json");
        Assert.Equal(0, run.ExitCode);
        using var json = JsonDocument.Parse(run.StandardOutput);
        return json.RootElement.EnumerateArray().ToDictionary(scope => scope.GetProperty("scope").GetString()!, scope => scope.Clone());
    }

    private async Task<string> EnterCGroupAsync(int pid)
    {
        var mount = (await File.ReadAllLinesAsync("/proc/mounts")).Select(line => line.Split(' ')).FirstOrDefault(fields => fields[2] == "cgroup2")?[1];
        Skip.If(mount is null, "No cgroup v2 is mounted.");
        var own = (await File.ReadAllLinesAsync("/proc/self/cgroup")).First(line => line.StartsWith("0::", StringComparison.Ordinal))["0::".Length..];
        var group = $"{mount}{own.TrimEnd('/')}/testreaper-{_scope}";
        try
        {
            Directory.CreateDirectory(group);
            await File.WriteAllTextAsync($"{group}/cgroup.procs", pid.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Skip.If(true, $"No cgroup can be made: {error.Message}");
        }

        return group;
    }
}
