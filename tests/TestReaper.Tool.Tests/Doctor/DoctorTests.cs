using System.Runtime.Versioning;
using TestReaper.Tests.Gpu;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tool.Doctor;
using TestReaper.Tool.Reporting;
using Xunit;

namespace TestReaper.Tool.Tests.Doctor;

/// <summary><c>testreaper doctor</c> on this machine, and where a test takes something away.</summary>
[SupportedOSPlatform("linux")]
public sealed class DoctorTests
{
    private static readonly string[] Names =
    [
        "kernel", "pidfd", "cgroup v2", "subreaper", "environments", "/proc", "PID namespace", "shared memory", "message queues",
        "state directory", "watchdog", "open files", "processes", "pids.max", "locked memory", "ports", "GPU driver",
    ];

    [Fact(Timeout = 60_000)]
    public async Task Each_row_that_is_not_ok_has_a_cost_and_a_remedy_and_the_exit_code_follows_the_rows()
    {
        var run = await DoctorRun.RunAsync();

        Assert.Equal(Names, run.Rows.Keys.Take(Names.Length));
        Assert.All(run.Rows.Values, row =>
        {
            Assert.Contains(row.State, (string[])["ok", "limited", "missing"]);
            Assert.NotEmpty(row.Finding);
            Assert.Equal(row.State == "ok", row.Cost is null);
            Assert.Equal(row.State == "ok", row.Remedy is null);
        });
        Assert.Equal(run.Rows.Values.Any(row => row.State == "missing") ? 3 : 0, run.ExitCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_table_has_the_same_rows_and_a_summary()
    {
        var run = await ToolRun.RunAsync(null, "doctor");

        Assert.Empty(run.StandardError);
        var lines = run.StandardOutput.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Matches("^STATE +WHAT +FINDING$", lines[0]);
        Assert.All(Names, name => Assert.Contains(lines, line => line.Contains($"  {name} ", StringComparison.Ordinal)));
        Assert.Matches("missing", lines[^1]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Costs_and_remedies_are_below_their_row()
    {
        await Task.CompletedTask;
        DoctorRow[] rows =
        [
            DoctorRow.Ok("kernel", "Linux 6"),
            new("pids.max", RowState.Limited, "9 of 10", "A server may not start.", "Raise it."),
            new("cgroup v2", RowState.Missing, "none", "A process escapes.", "Delegate one."),
        ];

        Assert.Equal(
            [
                "STATE    WHAT       FINDING",
                "ok       kernel     Linux 6",
                "limited  pids.max   9 of 10",
                "         Cost: A server may not start.",
                "         Remedy: Raise it.",
                "missing  cgroup v2  none",
                "         Cost: A process escapes.",
                "         Remedy: Delegate one.",
                "",
                "1 missing, 1 limited: a reap may be incomplete, and its report says so.",
            ],
            DoctorTable.Lines(rows));
    }

    [Fact(Timeout = 60_000)]
    public async Task Nothing_is_left_but_the_state_directory()
    {
        using var state = new LedgerDirectory();
        var before = CGroups();

        await DoctorRun.RunInAsync(new() { ["XDG_RUNTIME_DIR"] = state.RuntimeDirectory }, DoctorRun.Command);

        Assert.Equal([Path.Combine(state.RuntimeDirectory, "testreaper")], Directory.EnumerateFileSystemEntries(state.RuntimeDirectory));
        Assert.DoesNotContain(
            Directory.EnumerateFiles(state.RuntimeDirectory, "*", SearchOption.AllDirectories),
            file => !file.Contains("gpu-", StringComparison.Ordinal));

        // Other tests create cgroups as well, and remove them.
        await Poll.UntilAsync(() => CGroups().Except(before).All(IsPopulated), "the removal of the cgroup");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_runtime_directory_that_cannot_be_used_is_named()
    {
        var run = await DoctorRun.RunInAsync(new() { ["XDG_RUNTIME_DIR"] = "/proc" }, DoctorRun.Command);

        var row = run.Rows["state directory"];
        Assert.Equal("limited", row.State);
        Assert.Contains("because XDG_RUNTIME_DIR (/proc) cannot be used", row.Finding, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_any_private_directory_the_state_directory_is_missing()
    {
        var run = await DoctorRun.RunInAsync(new() { ["XDG_RUNTIME_DIR"] = "/proc", ["TMPDIR"] = "/proc" }, DoctorRun.Command);

        var row = run.Rows["state directory"];
        Assert.Equal("missing", row.State);
        Assert.Contains("No directory is private to this user", row.Finding, StringComparison.Ordinal);
        Assert.Equal(3, run.ExitCode);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task Low_limits_are_found()
    {
        string[] limits = ["--nofile=500:600", "--memlock=65536:65536"];

        var run = await DoctorRun.RunInAsync([], [Programs.Require("prlimit"), .. limits, .. DoctorRun.Command]);

        // The runtime raises the soft limit of open files to the hard one.
        Assert.Equal(("limited", "600 (hard limit 600)"), (run.Rows["open files"].State, run.Rows["open files"].Finding));
        Assert.Equal(("limited", "64.0 KiB"), (run.Rows["locked memory"].State, run.Rows["locked memory"].Finding));
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task Without_a_cgroup_a_process_can_escape()
    {
        var run = await RunInNamespaceAsync("umount -l /sys/fs/cgroup", "--mount");

        var row = run.Rows["cgroup v2"];
        Assert.Equal(("missing", "no cgroup v2 is mounted"), (row.State, row.Finding));
        Assert.Contains("escapes the reap", row.Cost, StringComparison.Ordinal);
        Assert.Equal(3, run.ExitCode);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task The_PID_namespace_of_a_container_is_found()
    {
        var run = await RunInNamespaceAsync(":", "--pid", "--fork", "--mount-proc");

        Assert.Equal(("limited", "one of a container"), (run.Rows["PID namespace"].State, run.Rows["PID namespace"].Finding));
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task Hidden_processes_and_environments_are_found()
    {
        // A mount of its own: a remount would change the /proc of the machine.
        const string AsNobody = "mount -t proc -o hidepid=invisible proc /proc && exec setpriv --reuid=65534 --regid=65534 --clear-groups";

        var run = await RunInNamespaceAsync(AsNobody, "--mount");

        Assert.Equal("limited", run.Rows["environments"].State);
        Assert.Equal(("limited", "/proc is mounted with hidepid=invisible"), (run.Rows["/proc"].State, run.Rows["/proc"].Finding));
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_driver_that_hangs_is_missing_after_the_timeout()
    {
        using var machine = GpuMachine.WithNvidia("count 1", "hang_memory 1");
        var config = Path.Combine(Path.GetDirectoryName(machine.Roots.Nvml)!, "tool.runtimeconfig.json");
        var original = await File.ReadAllTextAsync(Path.ChangeExtension(ToolRun.Tool, ".runtimeconfig.json"));
        var root = $"\"configProperties\": {{ \"TestReaper.GpuRoot\": \"{Path.GetDirectoryName(config)}\",";
        await File.WriteAllTextAsync(config, original.Replace("\"configProperties\": {", root, StringComparison.Ordinal));

        var run = await DoctorRun.RunInAsync(
            [], "dotnet", "exec", "--roll-forward", "Major", "--runtimeconfig", config, ToolRun.Tool, "doctor", "--json", "--timeout", "2");

        var row = run.Rows["GPU fault"];
        Assert.Equal("missing", row.State);
        Assert.Contains("gave no answer within 2.0 s", row.Finding, StringComparison.Ordinal);
        Assert.Equal(3, run.ExitCode);
        Assert.InRange(run.Elapsed, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(20));
    }

    private static string[] CGroups() => Directory.Exists("/sys/fs/cgroup")
        ? Directory.GetDirectories("/sys/fs/cgroup", "testreaper-*", new EnumerationOptions { RecurseSubdirectories = true })
        : [];

    private static bool IsPopulated(string cgroup)
    {
        try
        {
            return File.ReadAllText(Path.Combine(cgroup, "cgroup.events")).Contains("populated 1", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>Runs it in namespaces of its own, which only root can make.</summary>
    private static async Task<DoctorRun> RunInNamespaceAsync(string prepare, params string[] namespaces)
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "only root can make namespaces");
        var separator = prepare.Contains("exec ", StringComparison.Ordinal) ? " " : " && exec ";
        string[] shell = ["sh", "-c", $"{prepare}{separator}\"$@\"", "sh"];
        return await DoctorRun.RunInAsync(
            new() { ["XDG_RUNTIME_DIR"] = null }, [Programs.Require("unshare"), .. namespaces, .. shell, .. DoctorRun.Command]);
    }
}
