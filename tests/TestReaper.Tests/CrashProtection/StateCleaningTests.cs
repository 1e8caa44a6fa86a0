using System.Diagnostics;
using System.Runtime.Versioning;
using Microsoft.Extensions.Logging.Abstractions;
using TestReaper.CrashProtection;
using TestReaper.CrashRecovery;
using TestReaper.Platform;
using TestReaper.Platform.Linux.Containers;
using TestReaper.Tests.Infrastructure;
using Xunit;
using CGroup = TestReaper.Platform.Linux.Containers.CGroup;

namespace TestReaper.Tests.CrashProtection;

/// <summary>A sweep deletes what killed hosts leave in the state directory, and nothing that is in use.</summary>
[SupportedOSPlatform("linux")]
public sealed class StateCleaningTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly DirectoryInfo _state = Directory.CreateDirectory(
        Path.Combine(Path.GetTempPath(), $"testreaper-clean-{Guid.NewGuid():N}"), OwnerOnly);
    private readonly DirectoryInfo _ledgers;
    private readonly DirectoryInfo _ports;

    public StateCleaningTests() =>
        (_ledgers, _ports) = (CreateDirectory("hosts"), CreateDirectory("ports"));

    public void Dispose() => _state.Delete(recursive: true);

    [Fact(Timeout = 30_000)]
    public async Task Port_locks_and_unfinished_ledgers_are_deleted_unless_they_are_locked()
    {
        var (free, held) = (Path.Combine(_ports.FullName, "11111.lock"), Path.Combine(_ports.FullName, "22222.lock"));
        var (unfinished, writing) = (Path.Combine(_ledgers.FullName, "1-2.ledger.new"), Path.Combine(_ledgers.FullName, "3-4.ledger.new"));
        foreach (var path in (string[])[free, unfinished])
        {
            await File.WriteAllTextAsync(path, "");
        }

        using var port = ProcessPlatform.Current.Files.TryLock(held);
        using var ledger = ProcessPlatform.Current.Files.TryLock(writing);
        await SweepAsync();

        Assert.Equal([writing, held], _state.GetFiles("*", SearchOption.AllDirectories).Select(file => file.FullName).Order());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_minidump_that_a_killed_host_has_left_with_its_secrets_is_deleted()
    {
        var dumps = CreateDirectory("dumps");
        var (old, recent) = (Directory.CreateDirectory(Path.Combine(dumps.FullName, "old"), OwnerOnly), dumps.CreateSubdirectory("recent"));
        await File.WriteAllTextAsync(Path.Combine(old.FullName, "dump"), "API_KEY=1");
        Directory.SetLastWriteTimeUtc(old.FullName, DateTime.UtcNow.AddMinutes(-2));

        await SweepAsync();

        Assert.Equal([recent.FullName], dumps.GetDirectories().Select(directory => directory.FullName));
    }

    [SkippableTheory(Timeout = 30_000)]
    [InlineData("pid:[1]", 0, true)]
    [InlineData("", 100, false)]
    public async Task The_ledger_of_a_PID_namespace_that_is_gone_is_deleted(string pidNamespace, int days, bool goes)
    {
        Skip.IfNot(
            Environment.IsPrivilegedProcess && ProcessPlatform.Current.Processes.Instance.PidNamespace == "pid:[4026531836]",
            "only a part of the machine is visible from here");

        // Positive control: the ledger of a living container, whatever its age.
        using var container = Process.Start(Programs.Require("unshare"), ["--pid", "--fork", "--kill-child", "sleep", "100"]);
        var sleep = 0;
        await Poll.UntilAsync(() => (sleep = ProcDirectory.ChildrenOf(container.Id).FirstOrDefault()) != 0, "the container");
        var other = pidNamespace.Length > 0 ? pidNamespace : new FileInfo($"/proc/{sleep}/ns/pid").LinkTarget;
        var path = Path.Combine(_ledgers.FullName, "100-5.ledger");
        var boot = ProcessPlatform.Current.Processes.Instance.Boot;
        await File.WriteAllTextAsync(path, $$"""{"pid":100,"startTime":5,"boot":"{{boot}}","pidNamespace":"{{other}}"}""" + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddDays(-days));

        await SweepAsync();
        container.Kill();

        Assert.Equal(goes, !File.Exists(path));
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task Empty_cgroups_are_removed_unless_they_are_new_or_have_a_living_host()
    {
        var (empty, used, owned, fresh) = (ScopeId.New(), ScopeId.New(), ScopeId.New(), ScopeId.New());
        Skip.If(CGroup.TryCreate(empty, out _) is null, "no cgroup can be made here");
        var (inUse, ofLiving, young) = (CGroup.TryCreate(used, out _)!, CGroup.TryCreate(owned, out _)!, CGroup.TryCreate(fresh, out _)!);
        Directory.CreateDirectory(Path.Combine(CGroup.PathOf(empty)!, "nested"));
        using var process = Process.Start("/bin/sleep", "100");
        Assert.True(inUse.TryAdd(process.Id));
        var ledger = Ledger.TryOpen(ProcessPlatform.Current, reason => Assert.Fail(reason), _ledgers.FullName)!;
        ledger.AddServer(owned, CGroup.PathOf(owned), "server", null);

        foreach (var scope in (string[])[empty, used, owned])
        {
            Directory.SetLastWriteTimeUtc(CGroup.PathOf(scope)!, DateTime.UtcNow.AddMinutes(-1));
        }

        await SweepAsync();
        var left = ((string[])[empty, used, owned, fresh]).Where(scope => Directory.Exists(CGroup.PathOf(scope))).ToArray();
        ledger.Close(isEmpty: true);
        process.Kill();
        await process.WaitForExitAsync();
        await Poll.UntilAsync(() => inUse.TryRemove() & ofLiving.TryRemove() & young.TryRemove(), "the cgroups to be removed");

        Assert.Equal([used, owned, fresh], left);
    }

    private DirectoryInfo CreateDirectory(string name) => Directory.CreateDirectory(Path.Combine(_state.FullName, name), OwnerOnly);

    private Task<IReadOnlyList<ReapReport>> SweepAsync() =>
        new Sweep(ProcessPlatform.Current, NullLogger.Instance, _ledgers.FullName).RunAsync();
}
