using Xunit;

namespace TestReaper.Analyzers.Tests.Kinds;

/// <summary>A wait for the Exited event is judged like a wait for the process: a timeout needs a kill.</summary>
public sealed class SignalWaitTests : KindTest
{
    [Theory]
    [InlineData("await done.Task.WaitAsync(TimeSpan.FromSeconds(5));")]
    [InlineData("Assert.True(done.Task.Wait(5000));")]
    [InlineData("if (await Task.WhenAny(done.Task, Task.Delay(9)) != done.Task) { throw new TimeoutException(); }")]
    [InlineData("var exit = done.Task; await exit.WaitAsync(TimeSpan.FromSeconds(5));")]
    public async Task With_a_timeout_and_no_kill_is_a_leak(string wait) => await LeaksAsync(AddTest(wait));

    [Theory]
    [InlineData("await done.Task;")]
    [InlineData("await done.Task.WaitAsync(Timeout.InfiniteTimeSpan);")]
    [InlineData("try { await done.Task.WaitAsync(TimeSpan.FromSeconds(5)); } catch (TimeoutException) { p.Kill(true); throw; }")]
    [InlineData("if (!done.Task.Wait(5000)) { p.Kill(true); }")]
    public async Task Without_a_timeout_or_with_a_kill_is_clean(string wait) => await IsCleanAsync(AddTest(wait));

    [Theory]
    [InlineData("Assert.True(done.Wait(5000));", true)]
    [InlineData("done.WaitHandle.WaitOne();", false)]
    [InlineData("done.Wait();", false)]
    public async Task Of_an_event(string wait, bool leaks)
    {
        var source = AddTest(wait)
            .Replace("new TaskCompletionSource()", "new ManualResetEventSlim()", StringComparison.Ordinal)
            .Replace("SetResult", "Set", StringComparison.Ordinal);
        await (leaks ? LeaksAsync(source) : IsCleanAsync(source));
    }

    [Theory]
    [InlineData("Wait(p)", false)]
    [InlineData("this.Wait(p)", false)]
    [InlineData("Wait(p, source.Token)", true)]
    [InlineData("Wait(p, token: source.Token)", true)]
    public async Task With_an_optional_token(string call, bool leaks)
    {
        var source = $$"""
            class T
            {
                [Fact]
                public async Task A()
                {
                    var source = new CancellationTokenSource(9);
                    var p = Process.Start("tool");
                    await {{call}};
                }

                private async Task Wait(Process p, CancellationToken token = default) => await p.WaitForExitAsync(token);
            }
            """;
        await (leaks ? LeaksAsync(source) : IsCleanAsync(source));
    }

    private static string AddTest(string wait) => $$"""
        class T
        {
            [Fact]
            public async Task A()
            {
                var done = new TaskCompletionSource();
                var p = new Process { EnableRaisingEvents = true };
                p.Exited += (_, _) => done.SetResult();
                p.Start();
                {{wait}}
            }
        }
        """;
}
