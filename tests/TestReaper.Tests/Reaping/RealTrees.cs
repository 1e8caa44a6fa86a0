using System.Diagnostics;
using TestReaper.Tests.Infrastructure;

namespace TestReaper.Tests.Reaping;

/// <summary>Real process trees in one registry. Processes that a failed test leaves are killed at the end.</summary>
public abstract class RealTrees : IDisposable
{
    internal static readonly ReapOptions AtOnce = new() { GracePeriod = TimeSpan.Zero };

    /// <summary>Longer than any test: a reap that ends earlier did not wait for it.</summary>
    internal static readonly ReapOptions LongGrace = new() { GracePeriod = TimeSpan.FromMinutes(5) };

    internal ProcessRegistry Registry { get; } = new();

    public void Dispose()
    {
        Registry.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The start info of a root, by default with the role "root".</summary>
    internal ProcessStartInfo Info(params string[] args) =>
        TestProgram.StartInfo(["--registry", Registry.Directory, "--role", "root", .. args]);

    /// <summary>Starts a root that is not recorded by a reaper.</summary>
    internal Process StartUnknown(params string[] args) => Process.Start(Info(args))!;

    /// <summary>The only living process of a role.</summary>
    internal async Task<RegisteredProcess> OneAsync(string role) => (await Registry.WaitForAsync(1, role))[0];

    /// <summary>The child of an exited process, once its chain of parents does not lead to the root any more.</summary>
    internal async Task<RegisteredProcess> OrphanedAsync(string role, Process root)
    {
        var orphan = await OneAsync(role);
        await Poll.UntilAsync(
            () => ProcStat.ParentOf(orphan.Pid) is { } parent && parent != root.Id
                && ProcStat.ParentOf(parent) is { } next && next != root.Id,
            "the process between to exit");
        return orphan;
    }

    /// <summary>
    /// Starts a shell that becomes a sleep with one child, the test program. A sleep never waits for a child, so the child stays a zombie
    /// after its exit. Kill the returned process at the end.
    /// </summary>
    internal Process StartBelowNeglectfulParent(params string[] args) =>
        Process.Start(new ProcessStartInfo(
            "/bin/sh",
            ["-c", "\"$0\" \"$@\" & exec sleep 120", TestProgram.Path, "--registry", Registry.Directory, "--role", "root", .. args]))!;

    internal static async Task<int> ExitCodeOf(Process process)
    {
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
