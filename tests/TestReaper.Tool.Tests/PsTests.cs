using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text.Json;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tool.Tests;

/// <summary><c>testreaper ps</c> shows the processes of every scope, with or without a ledger, and no others.</summary>
[SupportedOSPlatform("linux")]
public sealed class PsTests : IDisposable
{
    private readonly string _outer = Guid.NewGuid().ToString("N")[..16];
    private readonly string _scope = Guid.NewGuid().ToString("N")[..16];
    private readonly LedgerDirectory _ledgers = new();
    private readonly ProcessRegistry _registry = new();

    public void Dispose()
    {
        _registry.Dispose();
        _ledgers.Dispose();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_scope_without_a_ledger_is_shown_and_an_unrelated_process_is_not()
    {
        using var bystander = await Bystander.StartAsync();
        Start(_scope, "--children", "2");
        var tree = await _registry.WaitForAsync(3);

        var scopes = await ReadScopesAsync();

        var processes = ReadProcesses(scopes[_scope]);
        Assert.Equal(tree.Select(process => process.Pid).Order(), processes.Select(ReadPid).Order());
        Assert.All(processes, process => Assert.InRange(process.GetProperty("ageSeconds").GetDouble(), 0, 55));
        Assert.Equal(JsonValueKind.Null, scopes[_scope].GetProperty("host").ValueKind);
        Assert.DoesNotContain(bystander.Pid, ReadPids(scopes.Values));

        var text = (await ToolRun.RunAsync(_ledgers.RuntimeDirectory, "ps")).StandardOutput;
        Assert.Contains($"scope {_scope}  (host unknown (no ledger))", text, StringComparison.Ordinal);
        Assert.All(tree, process => Assert.Contains(process.Pid.ToString(CultureInfo.InvariantCulture), text, StringComparison.Ordinal));
        Assert.Contains("running for", text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_ledger_adds_the_command_line_and_the_GPUs_of_the_server()
    {
        await _ledgers.WriteAsync(_scope, "a server");
        Start(_scope);
        await _registry.WaitForAsync(1);

        var scope = (await ReadScopesAsync())[_scope];

        Assert.Equal("a server", scope.GetProperty("command").GetString());
        Assert.Equal("0,1", scope.GetProperty("gpu").GetString());
        var text = (await ToolRun.RunAsync(_ledgers.RuntimeDirectory, "ps")).StandardOutput;
        Assert.Contains(
            $"a server  (host {LedgerDirectory.DeadHost}, dead: run testreaper sweep, GPU 0,1)", text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_outer_scopes_of_a_nested_scope_are_shown()
    {
        await _ledgers.WriteAsync(_outer, "a server");
        Start($"{_outer}:{_scope}");
        await _registry.WaitForAsync(1);

        var scopes = await ReadScopesAsync();

        Assert.DoesNotContain(_outer, scopes.Keys);
        var outer = Assert.Single(scopes[_scope].GetProperty("within").EnumerateArray().ToList());
        Assert.Equal(_outer, outer.GetProperty("scope").GetString());
        Assert.Equal(LedgerDirectory.DeadHost, outer.GetProperty("host").GetInt32());
        var text = (await ToolRun.RunAsync(_ledgers.RuntimeDirectory, "ps")).StandardOutput;
        Assert.Contains($"within a server of host {LedgerDirectory.DeadHost}", text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_process_without_an_environment_is_in_the_scope_of_its_parent()
    {
        Start(_scope, "--hold-stdout");
        var holder = Assert.Single(await _registry.WaitForAsync(1, "holder"));

        Assert.Contains(holder.Pid, ReadPids([(await ReadScopesAsync())[_scope]]));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("mine")]
    [InlineData("0123456789ABCDEF")]
    [InlineData("0123456789abcdef0")]
    public async Task A_process_with_an_invalid_scope_id_is_not_shown(string scopeId)
    {
        Start(scopeId);
        var process = Assert.Single(await _registry.WaitForAsync(1));

        Assert.DoesNotContain(process.Pid, ReadPids((await ReadScopesAsync()).Values));
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_process_in_the_cgroup_of_a_scope_is_shown()
    {
        using var process = TestProgram.Start("--registry", _registry.Directory, "--role", "root", "--setsid");
        await _registry.WaitForAsync(1);
        var group = await EnterCGroupAsync(process.Id);
        try
        {
            Assert.Equal(process.Id, Assert.Single(ReadPids([(await ReadScopesAsync())[_scope]])));
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
            Directory.Delete(group);
        }
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_process_of_another_user_is_not_shown()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "Only root can start a process of another user.");
        var start = new ProcessStartInfo(Programs.Require("setpriv"), ["--reuid=65534", "--regid=65534", "--clear-groups", "sleep", "50"]);
        start.Environment["TESTREAPER_SCOPE"] = _scope;
        using var process = Process.Start(start)!;
        try
        {
            var commandLine = $"/proc/{process.Id}/cmdline";
            await Poll.UntilAsync(
                () => File.ReadAllText(commandLine).StartsWith("sleep", StringComparison.Ordinal), "setpriv to become sleep");
            Assert.DoesNotContain(_scope, (await ReadScopesAsync()).Keys);
        }
        finally
        {
            process.Kill();
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_command_of_testreaper_run_is_shown_with_the_tool_as_its_host()
    {
        string[] command = [TestProgram.Path, "--registry", _registry.Directory, "--role", "root", "--children", "1"];
        using var run = ToolRun.Start(_ledgers.RuntimeDirectory, ["run", "--", .. command]);
        var tree = await _registry.WaitForAsync(2);

        var scope = Assert.Single(
            (await ReadScopesAsync()).Values,
            candidate => candidate.GetProperty("host") is { ValueKind: JsonValueKind.Number } host && host.GetInt32() == run.Id);

        Assert.Equal(tree.Select(process => process.Pid).Order(), ReadPids([scope]).Order());
        Assert.False(scope.GetProperty("hostIsDead").GetBoolean());
        Assert.StartsWith("testreaper run -- ", scope.GetProperty("command").GetString(), StringComparison.Ordinal);
        _ = LibC.kill(run.Id, LibC.SIGTERM);
        await run.WaitForExitAsync();
        _registry.AssertNoneAlive();
    }

    private static IEnumerable<int> ReadPids(IEnumerable<JsonElement> scopes) => scopes.SelectMany(ReadProcesses).Select(ReadPid);

    private static IReadOnlyList<JsonElement> ReadProcesses(JsonElement scope) =>
        [.. scope.GetProperty("processes").EnumerateArray()];

    private static int ReadPid(JsonElement process) => process.GetProperty("pid").GetInt32();

    private void Start(string scopes, params string[] options)
    {
        var start = TestProgram.StartInfo(["--registry", _registry.Directory, "--role", "root", .. options]);
        start.Environment["TESTREAPER_SCOPE"] = scopes;
        Process.Start(start)!.Dispose();
    }

    // Returns all scopes of the user by id: other test runs may have scopes of their own.
    private async Task<Dictionary<string, JsonElement>> ReadScopesAsync()
    {
        var run = await ToolRun.RunAsync(_ledgers.RuntimeDirectory, "ps", "--json");
        Assert.Equal(0, run.ExitCode);
        using var json = JsonDocument.Parse(run.StandardOutput);
        return json.RootElement.EnumerateArray().ToDictionary(scope => scope.GetProperty("scope").GetString()!, scope => scope.Clone());
    }

    private async Task<string> EnterCGroupAsync(int pid)
    {
        var mounts = (await File.ReadAllLinesAsync("/proc/mounts")).Select(line => line.Split(' '));
        var mount = mounts.FirstOrDefault(fields => fields[2] == "cgroup2")?[1];
        Skip.If(mount is null, "No cgroup v2 file system is mounted.");
        var groups = await File.ReadAllLinesAsync("/proc/self/cgroup");
        var own = groups.First(line => line.StartsWith("0::", StringComparison.Ordinal))["0::".Length..];
        var group = $"{mount}{own.TrimEnd('/')}/testreaper-{_scope}";
        try
        {
            Directory.CreateDirectory(group);
            await File.WriteAllTextAsync($"{group}/cgroup.procs", pid.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Skip.If(true, $"The test cannot create a cgroup: {error.Message}");
        }

        return group;
    }
}
