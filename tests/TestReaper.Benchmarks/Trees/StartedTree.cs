using System.Diagnostics;

namespace TestReaper.Benchmarks.Trees;

/// <summary>A tree that is up, started with Process.Start. Nothing of it is left after disposal.</summary>
internal sealed class StartedTree : IDisposable
{
    // Until the last child has come to rest and what started the tree, too.
    private static readonly TimeSpan SettleTime = TimeSpan.FromMilliseconds(30);
    private readonly TreeGuard _guard;

    private StartedTree(Process process, TreeGuard guard) => (Process, _guard) = (process, guard);

    public Process Process { get; }

    public static async Task<StartedTree> StartAsync(string tree, TreeShape shape, string[]? more = null)
    {
        var process = Process.Start(new ProcessStartInfo(tree, [.. shape.Arguments, .. more ?? []]) { RedirectStandardOutput = true })!;
        await process.StandardOutput.ReadLineAsync();
        await SettleAsync();
        return new StartedTree(process, TreeGuard.Of(process.Id, shape.Count));
    }

    public static Task SettleAsync() => Task.Delay(SettleTime);

    public void Dispose()
    {
        _guard.Dispose();
        Process.WaitForExit();
        Process.Dispose();
    }
}
