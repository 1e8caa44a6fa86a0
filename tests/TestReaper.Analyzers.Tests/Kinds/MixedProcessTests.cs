using Microsoft.CodeAnalysis;
using Xunit;

namespace TestReaper.Analyzers.Tests.Kinds;

/// <summary>TR0003 among own and found processes, and TR0012 beside reads of the exit code.</summary>
public sealed class MixedProcessTests : KindTest
{
    [Theory]
    [InlineData("_all.Add(Process.Start(\"parent\")); _all.AddRange(Process.GetProcessesByName(\"child\"));", true)]
    [InlineData("var p = Process.Start(\"parent\"); _all.Add(p); foreach (var q in Process.GetProcesses()) { _all.Add(q); }", true)]
    [InlineData("_all.AddRange(new[] { Process.Start(\"parent\"), Process.GetProcessById(4) });", true)]
    [InlineData("_all.Add(Find() ?? Process.Start(\"parent\"));", true)]
    [InlineData("_all.AddRange(Process.GetProcessesByName(\"child\"));", false)]
    [InlineData("_all.Add(Find());", false)]
    public async Task A_list_with_own_processes_needs_a_kill_of_the_tree(string statements, bool isReported)
    {
        var reports = await AnalyzeAsync(
            $$"""
            public class Tests : IDisposable
            {
                readonly List<Process> _all = new();
                [Fact] public void A() { {{statements}} }
                static Process Find() => Process.GetProcessById(1);
                public void Dispose() { foreach (var p in _all) { p.Kill(); p.WaitForExit(); } }
            }
            """,
            Framework.XunitV2);
        Assert.Equal(isReported ? ["TR0003"] : [], reports.Select(report => report.Id));
    }

    [Theory]
    [InlineData("public int ExitCode => _p.ExitCode;", "if (!_p.HasExited) { _p.Kill(true); } _p.Dispose();", true)]
    [InlineData("public int? Code { get { return _p.HasExited ? _p.ExitCode : null; } }", "_p.Kill(true);", true)]
    [InlineData("public DateTime End() => _p.ExitTime;", "_p.Kill(true); _p.Close();", true)]
    [InlineData("public int ExitCode => _p.ExitCode;", "_p.Kill(true); _p.WaitForExit(5000);", false)]
    [InlineData("public int ExitCode => _p.ExitCode;", "_p.Kill(true); while (!_p.HasExited) { Thread.Sleep(1); }", false)]
    [InlineData("", "_p.Kill(true); Console.WriteLine(_p.ExitCode);", false)]
    public async Task A_getter_waits_for_nothing(string member, string statements, bool isReported)
    {
        var reports = await AnalyzeAsync(
            $$"""
            public class Server : IDisposable
            {
                readonly Process _p = Process.Start("server");
                {{member}}
                public void Dispose() { {{statements}} }
            }
            public class Tests : IClassFixture<Server> { [Fact] public void A() { } }
            """,
            Framework.XunitV2);
        Assert.Equal(isReported ? ["TR0012"] : [], reports.Select(report => report.Id));
    }

    [Theory]
    [InlineData("TR0001", "var p = Process.Start(\"server\"); Console.WriteLine(p.Id);", "nothing here stops it or waits for it")]
    [InlineData("TR0001", "var p = Process.Start(\"server\"); Assert.True(p.WaitForExit(9));", "by the end of the wait on line 2")]
    [InlineData("TR0004", "using var p = Process.Start(\"server\"); Console.WriteLine(p.Id);", "nothing here stops it or waits for it")]
    [InlineData("TR0004", "using var p = Process.Start(\"server\"); p.WaitForExit(9);", "by the end of the wait on line 2")]
    [InlineData("TR0005", "var p = Process.Start(\"server\"); Check(); Task.Run(Check).Wait(); p.Kill(true);", "Check() on line 2 throws")]
    [InlineData("TR0005", "var p = Process.Start(\"server\"); Task.Run(Check).Wait(); p.Kill(true);", "kill it in a catch or finally")]
    [InlineData("TR0005", "var p = Process.Start(\"server\"); Task.Run(Check).Wait(); _p = p;", "record it right after its start")]
    public async Task A_message_states_what_was_seen(string rule, string statements, string text)
    {
        var reports = await AnalyzeAsync(
            $$"""
            public class Tests : IDisposable { Process _p; [Fact] public void A() { {{statements}} }
            static void Check() => throw new Exception();
            public void Dispose() { _p?.Kill(true); _p?.WaitForExit(); } }
            """,
            Framework.XunitV2);
        var report = Assert.Single(reports);
        Assert.Equal(rule, report.Id);
        Assert.Contains(text, report.GetMessage(null), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_names_the_line_that_may_fail()
    {
        var reports = await AnalyzeAsync(
            """
            public class Server : IDisposable
            {
                readonly Process _p;
                public Server()
                {
                    _p = Process.Start("server");
                    Console.WriteLine("started");
                    Assert.True(File.Exists("ready"));
                }
                public void Dispose() { _p.Kill(true); _p.WaitForExit(); }
            }
            public class Tests { [Fact] public void A() { using var s = new Server(); } }
            """,
            Framework.XunitV2);
        var report = Assert.Single(reports);
        Assert.Equal(DiagnosticSeverity.Warning, report.Severity);
        Assert.StartsWith("If True() on line 9 throws, the constructor fails", report.GetMessage(null), StringComparison.Ordinal);
    }
}
