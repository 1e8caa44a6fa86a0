using CliWrap;
using TestReaper.Benchmarks.Trees;

namespace TestReaper.Benchmarks.Contestants;

/// <summary>CliWrap's forceful cancellation.</summary>
internal sealed class CliWrapContestant(Toolbox tools) : ManagedContestant("CliWrap, forceful")
{
    public override string? Obstacle(TreeShape shape, int bystanders) => KillTrueContestant.TooSlow(shape, bystanders);

    protected override async Task<Sample> RunOnceAsync(TreeShape shape)
    {
        using var forceful = new CancellationTokenSource();
        var up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var command = Cli.Wrap(tools.Tree)
            .WithArguments(shape.Arguments)
            .WithStandardOutputPipe(PipeTarget.ToDelegate(_ => up.TrySetResult()))
            .ExecuteAsync(forceful.Token, CancellationToken.None);
        await up.Task;
        await StartedTree.SettleAsync();
        using var guard = TreeGuard.Find(command.ProcessId, shape.Count);
        return await Sample.MeasureAsync(async () =>
        {
            await forceful.CancelAsync();
            try
            {
                await command;
            }
            catch (OperationCanceledException)
            {
                // CliWrap throws when the cancellation is complete.
            }
        });
    }
}
