using Xunit;

namespace TestReaper.Analyzers.Tests.Kinds;

/// <summary>A kill counts only if it runs while the process does, and for every caller and operating system.</summary>
public sealed class ExitConditionTests : KindTest
{
    [Theory]
    [InlineData("if (p.HasExited) { p.Kill(true); }")]
    [InlineData("if (p.HasExited) p.Kill(true);")]
    [InlineData("if (p is { HasExited: true }) { p.Kill(true); }")]
    [InlineData("if (p != null && p.HasExited) { p.Kill(true); }")]
    [InlineData("if (p?.HasExited == true) { p.Kill(true); }")]
    [InlineData("if (!p.HasExited) { return; } p.Kill(true); p.WaitForExit();")]
    [InlineData("if (!p.HasExited) { Console.WriteLine(); } else { p.Kill(true); }")]
    [InlineData("if (p.WaitForExit(100)) { p.Kill(true); }")]
    [InlineData("var exited = p.WaitForExit(100); if (exited) { p.Kill(true); }")]
    [InlineData("if (kill) { p.Kill(true); }")]
    [InlineData("if (!p.HasExited && kill) { p.Kill(true); }")]
    [InlineData("if (p.WaitForExit(100)) { return; } if (kill) { p.Kill(true); }")]
    [InlineData("if (OperatingSystem.IsWindows()) { p.Kill(true); }")]
    [InlineData("if (!OperatingSystem.IsLinux()) { p.Kill(true); }")]
    public async Task A_kill_on_the_wrong_path_leaks(string statements)
    {
        await LeaksAsync(AddTest(statements, "var p = Process.Start(\"server\");"));
        await LeaksAsync(AddTest(statements, "using var p = Process.Start(\"server\");"));
    }

    [Theory]
    [InlineData("if (!p.HasExited) { p.Kill(true); }")]
    [InlineData("if (p is { HasExited: false }) { p.Kill(true); }")]
    [InlineData("if (p is not { HasExited: true }) { p.Kill(true); }")]
    [InlineData("if (p?.HasExited == false) { p.Kill(true); }")]
    [InlineData("if (p.HasExited) { return; } p.Kill(true);")]
    [InlineData("if (p.HasExited) { Console.WriteLine(p.ExitCode); } else { p.Kill(true); }")]
    [InlineData("if (!p.HasExited || kill) { p.Kill(true); }")]
    [InlineData("if (kill) { p.Kill(true); } else { p.WaitForExit(); }")]
    [InlineData("if (OperatingSystem.IsWindows()) { p.Kill(true); } else { Process.Start(\"kill\", $\"{p.Id}\").WaitForExit(); }")]
    [InlineData("if (!OperatingSystem.IsLinux()) { p.Kill(true); return; } p.Kill(true); p.WaitForExit();")]
    public async Task A_kill_on_the_right_path_is_clean(string statements)
    {
        await IsCleanAsync(AddTest(statements, "var p = Process.Start(\"server\");"));
        await IsCleanAsync(AddTest(statements, "using var p = Process.Start(\"server\");"));
    }

    [Theory]
    [InlineData("bool kill = false", "", true)]
    [InlineData("bool kill", "false", true)]
    [InlineData("bool kill", "kill: false", true)]
    [InlineData("bool kill = true", "", false)]
    [InlineData("bool kill", "true", false)]
    public Task A_flag_is_judged_by_what_callers_pass(string parameter, string argument, bool leaks)
    {
        var source = $$"""
            public class Tests
            {
                [Fact] public void A() => Run({{argument}});
                static void Run({{parameter}}) { using var p = Process.Start("tool"); if (!p.WaitForExit(9) && kill) { p.Kill(true); } }
            }
            """;
        return leaks ? LeaksAsync(source) : IsCleanAsync(source);
    }

    [Theory]
    [InlineData("if (_p.HasExited) { _p.Kill(true); _p.WaitForExit(); } _p.Dispose();", true)]
    [InlineData("if (_p is not null && _p.HasExited) { _p.Kill(true); _p.WaitForExit(); }", true)]
    [InlineData("_p.StandardInput.WriteLine(\"quit\"); _p.Dispose();", true)]
    [InlineData("if (!_p.HasExited) { _p.Kill(true); _p.WaitForExit(); } _p.Dispose();", false)]
    [InlineData("_p.StandardInput.WriteLine(\"quit\"); _p.WaitForExit();", false)]
    [InlineData("if (_isDisposed) { return; } _p.Kill(true); _p.WaitForExit();", false)]
    [InlineData("if (!_isDisposed) { _p.Kill(true); _p.WaitForExit(); }", false)]
    public Task A_member_is_judged_alike(string statements, bool leaks)
    {
        var source = $$"""
            public class Server : IDisposable
            {
                readonly Process _p = Process.Start("server");
                bool _isDisposed;
                public void Dispose() { {{statements}} _isDisposed = true; }
            }
            public class Tests : IClassFixture<Server> { [Fact] public void A() { } }
            """;
        return leaks ? LeaksAsync(source) : IsCleanAsync(source);
    }

    [Fact]
    public Task The_flag_of_the_dispose_pattern_does_not_count_as_a_condition() => IsCleanAsync(
        """
        public class Server : IDisposable
        {
            readonly Process _p = Process.Start("server");
            public void Dispose() => Dispose(true);
            protected virtual void Dispose(bool disposing) { if (disposing) { _p.Kill(true); _p.WaitForExit(); } }
        }
        public class Tests : IClassFixture<Server> { [Fact] public void A() { } }
        """);

    private static string AddTest(string statements, string start) => $$"""
        public class Tests
        {
            [Fact] public void A() => Run();
            static void Run(bool kill = false) { {{start}} Console.WriteLine("up"); {{statements}} }
        }
        """;
}
