using Xunit;

namespace TestReaper.Analyzers.Tests.Kinds;

/// <summary>TR0005 and TR0006: what may fail after a start, on which path, and what stops the process then.</summary>
public sealed class FailurePathTests : KindTest
{
    [Theory]
    [InlineData("if (Chosen) { await StartAsync(); } else { await ReadyAsync(); }", false)]
    [InlineData("if (Chosen) { await StartAsync(); return; } await ReadyAsync();", false)]
    [InlineData("switch (Chosen) { case true: await StartAsync(); break; default: await ReadyAsync(); break; }", false)]
    [InlineData("await (Chosen ? StartAsync() : ReadyAsync());", false)]
    [InlineData("await (Chosen switch { true => StartAsync(), _ => ReadyAsync() });", false)]
    [InlineData("try { await StartAsync(); await ReadyAsync(); } catch { await DisposeAsync(); throw; }", false)]
    [InlineData("if (Chosen) { await StartAsync(); } await ReadyAsync();", true)]
    [InlineData("await StartAsync(); if (Chosen) { await ReadyAsync(); }", true)]
    [InlineData("switch (Chosen) { case true: await StartAsync(); break; } await ReadyAsync();", true)]
    [InlineData("try { await StartAsync(); await ReadyAsync(); } catch { Console.WriteLine(); throw; }", true)]
    public Task What_follows_is_on_the_same_path(string statements, bool leaks)
    {
        var source = $$"""
            public class Tests : IAsyncLifetime
            {
                Process _p;
                static bool Chosen => Environment.ProcessorCount > 1;
                public async Task InitializeAsync() { {{statements}} }
                async Task StartAsync() { _p = new Process { StartInfo = new ProcessStartInfo("geth") }; _p.Start(); await Task.Yield(); }
                static async Task ReadyAsync() { await Task.Delay(1); throw new TimeoutException(); }
                public async Task DisposeAsync() { if (_p != null) { _p.Kill(true); await _p.WaitForExitAsync(); } }
                [Fact] public void A() { }
            }
            """;
        return leaks ? LeaksAsync(source) : IsCleanAsync(source);
    }

    [Theory]
    [InlineData("using var up = new SemaphoreSlim(0, 1); up.Wait(token);", true)]
    [InlineData("using var up = new SemaphoreSlim(0, 1); try { up.Wait(token); } catch { Console.WriteLine(\"no\"); throw; }", true)]
    [InlineData("using var up = new ManualResetEventSlim(); up.Wait(token);", true)]
    [InlineData("using var up = new ManualResetEventSlim(); if (!up.Wait(500)) { throw new TimeoutException(); }", true)]
    [InlineData("using var lines = new BlockingCollection<string>(); Console.WriteLine(lines.Take(token));", true)]
    [InlineData("new HttpClient().GetAsync(\"http://x\").Result.EnsureSuccessStatusCode();", true)]
    [InlineData("token.ThrowIfCancellationRequested();", true)]
    [InlineData("LogPid(_p.Id); Task.Run(Check).Wait();", true)]
    [InlineData("using var up = new ManualResetEventSlim(); up.Wait(500);", false)]
    [InlineData("using var up = new SemaphoreSlim(0, 1); try { up.Wait(token); } catch { Dispose(); throw; }", false)]
    [InlineData("using var up = new SemaphoreSlim(0, 1); try { up.Wait(token); } catch { _p.Kill(true); throw; }", false)]
    [InlineData("if (_p.HasExited) { throw new InvalidOperationException(\"exited\"); }", false)]
    public Task A_constructor_waits_after_the_start(string statements, bool leaks)
    {
        var source = $$"""
            public sealed class Server : IDisposable
            {
                readonly Process _p;
                public Server(CancellationToken token) { _p = Process.Start("server"); {{statements}} }
                static void LogPid(int id) => Console.WriteLine(id);
                static void Check() => throw new TimeoutException();
                public void Dispose() { _p.Kill(true); _p.WaitForExit(); }
            }
            public class Tests { [Fact] public void A() { using var server = new Server(default); } }
            """;
        return leaks ? LeaksAsync(source) : IsCleanAsync(source);
    }

    [Theory]
    [InlineData("var n = new Node(); n._p = Process.Start(\"x\"); await ReadyAsync(); return n;", true)]
    [InlineData("var n = new Node(); var p = n._p = new Process(); n._p.Start(); await ReadyAsync(); return n;", true)]
    [InlineData("var n = new Node(); await n.BeginAsync(); return n;", true)]
    [InlineData("Node n = new(); n._p = Process.Start(\"x\"); await ReadyAsync(); return n;", true)]
    [InlineData(
        "var n = new Node(); n._p = Process.Start(\"x\"); try { await "
        + "ReadyAsync(); } catch { n.Dispose(); throw; } return n;", false)]
    [InlineData("var n = new Node(); try { await n.BeginAsync(); } catch { n.Dispose(); throw; } return n;", false)]
    [InlineData("await ReadyAsync(); var n = new Node(); n._p = Process.Start(\"x\"); return n;", false)]
    public Task A_static_factory_loses_its_instance_if_it_throws(string statements, bool leaks)
    {
        var source = $$"""
            public sealed class Node : IDisposable
            {
                Process _p;
                public static async Task<Node> StartAsync() { {{statements}} }
                async Task BeginAsync() { _p = Process.Start("x"); await ReadyAsync(); }
                static async Task ReadyAsync() { await Task.Delay(1); throw new TimeoutException(); }
                public void Dispose() { _p.Kill(true); _p.WaitForExit(); }
            }
            public class Tests { [Fact] public async Task A() { using var n = await Node.StartAsync(); } }
            """;
        return leaks ? LeaksAsync(source) : IsCleanAsync(source);
    }

    [Theory]
    [InlineData("if (OperatingSystem.IsWindows()) { Jobs.Add(p); } await ReadyAsync(); _p = p;", true)]
    [InlineData("if (OperatingSystem.IsWindows()) Jobs.Add(p); await ReadyAsync(); _p = p;", true)]
    [InlineData("Log(p.Id); await ReadyAsync(); _p = p;", true)]
    [InlineData("Jobs.Add(p); await ReadyAsync(); _p = p;", false)]
    [InlineData("_p = p; if (OperatingSystem.IsWindows()) { Jobs.Add(p); } await ReadyAsync();", false)]
    [InlineData("try { await ReadyAsync(); } catch { p.Kill(true); throw; } _p = p;", false)]
    public Task A_record_counts_on_every_system(string statements, bool leaks)
    {
        var source = $$"""
            public static class Jobs
            {
                static readonly List<object> All = new();
                public static void Add(Process p) { All.Add(p.SafeHandle); }
            }
            public class Server : IAsyncDisposable
            {
                Process _p;
                public async Task StartAsync() { var p = new Process { StartInfo = new ProcessStartInfo("x") }; p.Start(); {{statements}} }
                static void Log(int id) => Console.WriteLine(id);
                static async Task ReadyAsync() { await Task.Delay(1); throw new TimeoutException(); }
                public ValueTask DisposeAsync() { _p?.Kill(true); _p?.WaitForExit(); return default; }
            }
            public class Tests { [Fact] public async Task A() { await using var s = new Server(); await s.StartAsync(); } }
            """;
        return leaks ? LeaksAsync(source) : IsCleanAsync(source);
    }
}
