using System.Diagnostics;
using TestReaper.Tests.Infrastructure;

namespace TestReaper.Tests.Reaping;

/// <summary>Real process trees, all entered in one registry; what a failed test leaves is killed.</summary>
public abstract class RealTrees : IDisposable
{
    internal static readonly ReapOptions AtOnce = new() { GracePeriod = TimeSpan.Zero };

    /// <summary>Longer than any test lives: an end that comes before it did not wait for it.</summary>
    internal static readonly ReapOptions LongGrace = new() { GracePeriod = TimeSpan.FromMinutes(5) };

    internal ProcessRegistry Registry { get; } = new();

    public void Dispose()
    {
        Registry.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>How to start a root; by default with the role "root".</summary>
    internal ProcessStartInfo Info(params string[] args) =>
        TestProgram.StartInfo(["--registry", Registry.Directory, "--role", "root", .. args]);

    /// <summary>Starts a root that no reaper knows.</summary>
    internal Process StartUnknown(params string[] args) => Process.Start(Info(args))!;

    /// <summary>The one living process of a role.</summary>
    internal async Task<RegisteredProcess> OneAsync(string role) => (await Registry.WaitForAsync(1, role))[0];

    /// <summary>The process that was started by one that has exited, once nothing of its descent leads to the root.</summary>
    internal async Task<RegisteredProcess> OrphanedAsync(string role, Process root)
    {
        var orphan = await OneAsync(role);
        await Poll.UntilAsync(
            () => ProcStat.ParentOf(orphan.Pid) is { } parent && parent != root.Id && ProcStat.ParentOf(parent) is var next && next is not null && next != root.Id,
            "the process between to exit");
        return orphan;
    }

    /// <summary>
    /// Starts a shell that becomes a sleep with one child, the test program. A sleep never waits for a child: when that ends it
    /// stays a zombie. Kill the returned process in the end.
    /// </summary>
    internal Process StartBelowNeglectfulParent(params string[] args) =>
        Process.Start(new ProcessStartInfo(
            "/bin/sh", ["-c", "\"$0\" \"$@\" & exec sleep 120", TestProgram.Path, "--registry", Registry.Directory, "--role", "root", .. args]))!;

    internal static async Task<int> ExitCodeOf(Process process)
    {
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
