using Xunit;

namespace TestReaper.Analyzers.Tests.Kinds;

/// <summary>Initializers of fields and properties, and the lambdas in them, are ordinary code.</summary>
public sealed class InitializerTests : KindTest
{
    private const string Start = "{ var p = Process.Start(\"server\"); return p; }";

    [Theory]
    [InlineData("readonly Func<string, Process> _start = f => { var p = Process.Start(f); return p; };", "var p = _start(\"server\");")]
    [InlineData("Func<Process> Begin { get; } = () => { return Process.Start(\"server\"); };", "var p = Begin();")]
    [InlineData("Func<Process> Begin => () => Process.Start(\"server\");", "var p = Begin();")]
    [InlineData("static readonly Func<Process> Begin = delegate { return Process.Start(\"server\"); };", "var p = Begin();")]
    [InlineData("static Process Begin() => Process.Start(\"server\"); readonly Func<Process> _begin = Begin;", "var p = _begin();")]
    public Task A_member_that_starts_on_each_call_holds_no_process(string member, string statement) => IsCleanAsync(
        $$"""
        public class Tests
        {
            {{member}}
            [Fact] public void A() { {{statement}} try { Thread.Sleep(1); } finally { p.Kill(true); p.WaitForExit(); } }
        }
        """);

    [Theory]
    [InlineData("readonly Lazy<Process> _p = new(() => " + Start + ");", "_p.Value")]
    [InlineData("Lazy<Process> P { get; } = new Lazy<Process>(() => Process.Start(\"server\"));", "P.Value")]
    [InlineData("readonly Task<Process> _p = Task.Run(() => " + Start + ");", "_p.Result")]
    [InlineData("readonly List<Process> _all = new() { Process.Start(\"server\") };", "_all[0]")]
    [InlineData("Process[] All { get; } = { Process.Start(\"server\"), null };", "All[0]")]
    [InlineData("Process P { get; } = Process.Start(\"server\") ?? throw new Exception();", "P")]
    public async Task A_member_is_judged_by_its_teardown(string member, string process)
    {
        await IsCleanAsync(AddFixture(member, $"{process}.Kill(true); {process}.WaitForExit();"));
        await IsCleanAsync(AddFixture(member, $"void Stop(Process p) {{ p.Kill(true); p.WaitForExit(); }} Stop({process});"));
        await LeaksAsync(AddFixture(member, $"Console.WriteLine({process}.Id);"));
        await LeaksAsync(AddFixture(member, $"if ({process}.WaitForExit(5)) {{ Console.WriteLine({process}.ExitCode); }}"));
    }

    [Theory]
    [InlineData("(_, _) => { p.Kill(true); p.WaitForExit(); }", false)]
    [InlineData("(_, _) => { if (!p.HasExited) { p.Kill(true); } }", false)]
    [InlineData("(_, _) => p.Kill(true)", false)]
    [InlineData("delegate { p.Kill(true); }", false)]
    [InlineData("(_, _) => Console.WriteLine(p.Id)", true)]
    public Task A_static_process_is_stopped_by_an_event_of_the_run(string handler, bool leaks)
    {
        var source = $$"""
            public static class Shared
            {
                static readonly Process P = Begin();
                static Process Begin()
                {
                    var p = Process.Start("server");
                    AppDomain.CurrentDomain.ProcessExit += {{handler}};
                    return p;
                }
                public static bool IsUp => !P.HasExited;
            }
            public class Tests { [Fact] public void A() => Assert.True(Shared.IsUp); }
            """;
        return leaks ? LeaksAsync(source) : IsCleanAsync(source);
    }

    [Theory]
    [InlineData("Safely(() => { p.Kill(true); p.WaitForExit(); });")]
    [InlineData("Task.Run(() => { p.WaitForExit(); }).Wait();")]
    [InlineData("new List<Process> { p }.ForEach(q => { try { q.Kill(true); q.WaitForExit(); } catch { } });")]
    [InlineData("foreach (var q in new[] { p }.Where(q => { return !q.HasExited; })) { q.Kill(true); }")]
    public Task A_statement_lambda_stops_it(string statement) => IsCleanAsync(
        $$"""
        public class Tests
        {
            [Fact] public void A() { var p = Process.Start("server"); {{statement}} }
            static void Safely(Action action) { try { action(); } catch { } }
        }
        """);

    private static string AddFixture(string member, string statements) => $$"""
        public class Server : IDisposable { {{member}} public void Dispose() { {{statements}} } }
        public class Tests : IClassFixture<Server> { [Fact] public void A() { } }
        """;
}
