using Xunit;

namespace TestReaper.Analyzers.Tests.Kinds;

/// <summary>A wait with a timeout or a token stops a process only together with a kill for the case that the time passes.</summary>
public sealed class LimitedWaitTests : KindTest
{
    [Theory]
    [InlineData("p.WaitForExit(5000);")]
    [InlineData("p.WaitForExit(5000); Assert.Equal(0, p.ExitCode);")]
    [InlineData("_ = p.WaitForExit(TimeSpan.FromSeconds(5)); Console.WriteLine(p.ExitCode);")]
    [InlineData("if (!p.WaitForExit(5000)) { throw new TimeoutException(); }")]
    [InlineData("if (p.WaitForExit(5000)) { return; } throw new TimeoutException();")]
    [InlineData("Assert.True(p.WaitForExit(5000));")]
    [InlineData("var exited = p.WaitForExit(5000); Assert.True(exited, \"slow\"); Assert.Equal(0, p.ExitCode);")]
    [InlineData("var exited = p.WaitForExit(5000); Assert.True(exited); p.WaitForExit();")]
    [InlineData("if (!p.WaitForExit(5000)) { throw new TimeoutException(); } p.WaitForExit();")]
    [InlineData("Console.WriteLine(p.WaitForExit(1000) ? p.ExitCode : throw new TimeoutException());")]
    [InlineData("await p.WaitForExitAsync(token);")]
    [InlineData("await p.WaitForExitAsync(token).ConfigureAwait(false); Assert.Equal(0, p.ExitCode);")]
    [InlineData("await p.WaitForExitAsync(token); p.WaitForExit();")]
    [InlineData("await p.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(5));")]
    [InlineData("Assert.True(p.WaitForExitAsync().Wait(5000));")]
    [InlineData("var exit = p.WaitForExitAsync(); if (await Task.WhenAny(exit, Task.Delay(9)) != exit) { throw new TimeoutException(); }")]
    [InlineData("var t = p.WaitForExitAsync(); if (!ReferenceEquals(t, await Task.WhenAny(t, Task.Delay(9)))) { throw new Exception(); }")]
    [InlineData("try { await p.WaitForExitAsync(token); } catch (OperationCanceledException) { throw new TimeoutException(); }")]
    [InlineData("var output = p.StandardOutput.ReadToEndAsync(); if (!p.WaitForExit(9)) { throw new TimeoutException(); } await output;")]
    [InlineData("for (var i = 0; i < 50 && !p.HasExited; i++) { await Task.Delay(100); } Assert.True(p.HasExited);")]
    [InlineData("while (!p.HasExited) { if (token.IsCancellationRequested) { throw new TimeoutException(); } await Task.Delay(9); }")]
    [InlineData("Assert.True(SpinWait.SpinUntil(() => p.HasExited, 5000));")]
    [InlineData("while (!p.WaitForExit(100)) { if (token.IsCancellationRequested) { throw new TimeoutException(); } }")]
    [InlineData("for (var i = 0; i < 50; i++) { if (p.WaitForExit(100)) { break; } }")]
    [InlineData("if (p?.WaitForExit(5000) == true) { p.StandardOutput.ReadToEnd(); } else { Console.WriteLine(\"slow\"); }")]
    [InlineData("if (p.WaitForExit(5000)) { Console.WriteLine(await p.StandardError.ReadToEndAsync()); }")]
    [InlineData("var exited = p.WaitForExit(5000); if (!exited) { return; } Console.WriteLine(p.StandardOutput.ReadToEnd());")]
    [InlineData("p.WaitOrThrow(5000);")]
    [InlineData("WaitOrThrow(p);")]
    public async Task Without_a_kill_is_a_leak(string statements)
    {
        await LeaksAsync(AddTest(statements, "var p = Process.Start(\"tool\");"));
        await LeaksAsync(AddTest(statements, "using var p = Process.Start(\"tool\");"));
        await LeaksAsync(AddTest(statements, "var p = new Process(); p.StartInfo.FileName = \"tool\"; p.Start();"));
    }

    [Theory]
    [InlineData("if (!p.WaitForExit(5000)) { p.Kill(true); }")]
    [InlineData("if (!p.WaitForExit(5000)) { p.Kill(true); throw new TimeoutException(); }")]
    [InlineData("if (p.WaitForExit(5000)) { return; } p.Kill(true); throw new TimeoutException();")]
    [InlineData("var exited = p.WaitForExit(5000); if (!exited) { p.Kill(true); throw new TimeoutException(); } p.WaitForExit();")]
    [InlineData("if (!p.WaitForExit(5000)) { Stop(p); Assert.Fail(\"slow\"); }")]
    [InlineData("try { Assert.True(p.WaitForExit(5000)); } finally { if (!p.HasExited) { p.Kill(true); } }")]
    [InlineData("try { await p.WaitForExitAsync(token); } catch (OperationCanceledException) { p.Kill(true); throw; }")]
    [InlineData("try { await p.WaitForExitAsync(token); } catch (OperationCanceledException) { } p.WaitForExit();")]
    [InlineData("try { await p.WaitForExitAsync().WaitAsync(TimeSpan.Zero); } catch (TimeoutException) { Stop(p); throw; }")]
    [InlineData("await Task.WhenAny(p.WaitForExitAsync(), Task.Delay(9)); if (!p.HasExited) { p.Kill(true); Assert.Fail(\"slow\"); }")]
    [InlineData("using var registration = token.Register(() => p.Kill(true)); await p.WaitForExitAsync(token);")]
    [InlineData("p.WaitForExit(5000); if (!p.HasExited) { p.Kill(true); throw new TimeoutException(); }")]
    [InlineData("if (!SpinWait.SpinUntil(() => p.HasExited, 5000)) { p.Kill(true); throw new TimeoutException(); }")]
    [InlineData("while (!p.WaitForExit(100)) { Console.WriteLine(\"waits\"); }")]
    [InlineData("do { await Task.Yield(); } while (!p.WaitForExit(100));")]
    [InlineData("while (true) { if (p.WaitForExit(100)) { break; } }")]
    [InlineData("p.WaitForExit(Timeout.Infinite);")]
    [InlineData("p.WaitForExit(-1);")]
    [InlineData("p.WaitForExit(Timeout.InfiniteTimeSpan);")]
    [InlineData("await p.WaitForExitAsync(CancellationToken.None);")]
    [InlineData("await p.WaitForExitAsync(default);")]
    [InlineData("var exit = p.WaitForExitAsync(); await Task.WhenAll(exit, Task.Delay(9));")]
    [InlineData("p.StandardOutput.ReadToEnd(); p.WaitForExit(5000);")]
    [InlineData("var output = p.StandardOutput.ReadToEndAsync(); await output; p.WaitForExit(5000); Assert.Equal(0, p.ExitCode);")]
    [InlineData("if (p.WaitForExit(5000)) { Console.WriteLine(p.StandardOutput.ReadToEnd()); } else { p.Kill(true); }")]
    [InlineData("p.WaitForExit(5000); Console.WriteLine(p.StandardOutput.ReadToEnd());")]
    [InlineData("p.WaitOrKill(5000);")]
    [InlineData("WaitOrKill(p);")]
    [InlineData("if (!p.WaitForExit(5000)) { Console.WriteLine(\"slow\"); } p.WaitForExit();")]
    public async Task With_a_kill_or_without_a_limit_is_clean(string statements)
    {
        await IsCleanAsync(AddTest(statements, "var p = Process.Start(\"tool\");"));
        await IsCleanAsync(AddTest(statements, "using var p = Process.Start(\"tool\");"));
        await IsCleanAsync(AddTest(statements, "var p = new Process(); p.StartInfo.FileName = \"tool\"; p.Start();"));
    }

    [Theory]
    [InlineData("if (!_p.WaitForExit(5000)) { throw new TimeoutException(); }", true)]
    [InlineData("_p.WaitForExit(5000); _p.Dispose();", true)]
    [InlineData("_p.CloseMainWindow(); _p.WaitForExit(5000); _p.Close();", true)]
    [InlineData("_p.CloseMainWindow(); if (!_p.WaitForExit(5000)) { _p.Kill(true); } _p.Close();", false)]
    [InlineData("_p.WaitForExit();", false)]
    public Task A_member_is_judged_alike(string statements, bool leaks)
    {
        var source = $$"""
            public class Server : IDisposable
            {
                readonly Process _p = Process.Start("server");
                public void Dispose() { {{statements}} }
            }
            public class Tests : IClassFixture<Server> { [Fact] public void A() { } }
            """;
        return leaks ? LeaksAsync(source) : IsCleanAsync(source);
    }

    private static string AddTest(string statements, string start) => $$"""
        public static class Waits
        {
            public static void WaitOrThrow(this Process p, int limit) { if (!p.WaitForExit(limit)) { throw new TimeoutException(); } }
            public static void WaitOrKill(this Process p, int limit) { if (!p.WaitForExit(limit)) { p.Kill(true); throw new Exception(); } }
        }
        public class Tests
        {
            [Fact] public Task A() => Run(default);
            static async Task Run(CancellationToken token) { await Task.Yield(); {{start}} {{statements}} }
            static void Stop(Process process) { process.Kill(true); process.WaitForExit(); }
            static void WaitOrThrow(Process process) => Assert.True(process.WaitForExit(5000));
            static void WaitOrKill(Process process)
            {
                if (process.WaitForExit(5000)) { return; }
                process.Kill(true);
                throw new TimeoutException();
            }
        }
        """;
}
