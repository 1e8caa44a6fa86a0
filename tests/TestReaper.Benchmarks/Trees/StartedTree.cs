using System.Diagnostics;

namespace TestReaper.Benchmarks.Trees;

/// <summary>A running tree, started with Process.Start. Disposal kills all of it.</summary>
internal sealed class StartedTree : IDisposable
{
    // The time after which the last child and the process that started the tree use no more CPU.
    private static readonly TimeSpan SettleTime = TimeSpan.FromMilliseconds(30);
    private readonly TreeGuard _guard;

    private StartedTree(Process process, TreeGuard guard) => (Process, _guard) = (process, guard);

    public Process Process { get; }

    public static async Task<StartedTree> StartAsync(string tree, TreeShape shape, string[]? more = null)
    {
        var process = Process.Start(new ProcessStartInfo(tree, [.. shape.Arguments, .. more ?? []]) { RedirectStandardOutput = true })!;
        await process.StandardOutput.ReadLineAsync();
        await SettleAsync();
        return new StartedTree(process, TreeGuard.Find(process.Id, shape.Count));
    }

    public static Task SettleAsync() => Task.Delay(SettleTime);

    public void Dispose()
    {
        _guard.Dispose();
        Process.WaitForExit();
        Process.Dispose();
    }
}
