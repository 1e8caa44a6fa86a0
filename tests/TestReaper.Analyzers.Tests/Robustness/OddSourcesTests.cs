using Microsoft.CodeAnalysis;
using TestReaper.Analyzers.Tests.Shape;
using Xunit;

namespace TestReaper.Analyzers.Tests.Robustness;

/// <summary>No source makes a rule throw. The compiler would report AD0001 and switch the rule off.</summary>
public sealed class OddSourcesTests
{
    [Theory(Timeout = 60_000)]
    [InlineData("public class Tests : ServerProcessFixture { [Fact] public void One( }")]
    [InlineData("public class : { } [AssertReaped(] public class Tests { }")]
    [InlineData("[AssertReaped(\"ten\")] public class Tests { [Fact] public void One() { Process.Start(; } }")]
    [InlineData("public class Tests : Tests { [Fact] public void One() { } }")]
    [InlineData("public class A : B { } public class B : A { [Fact] public void One() { new B(); } }")]
    [InlineData("public class Tests : Missing<ServerProcessFixture> { public new Task DisposeAsync() => base.DisposeAsync(); }")]
    [InlineData("[assembly: TestFramework] [assembly: TestFramework(1, 2)] [assembly: AssertReaped(x)]")]
    [InlineData(
        // lang=c#-test
        """
        public class Tests
        {
            private Process _p = Make(_p);
            private static Process Make(Process p) => Make(p);
            [Fact] public void One() { }
        }
        """)]
    [InlineData(
        // lang=c#-test
        """
        public class Tests
        {
            private static readonly string A = B + "x", B = A + "y";
            [Fact] public void One() => Process.Start(A, B);
        }
        """)]
    [InlineData("public class Tests { [Fact] public void One() { var a = b + \"-d\"; var b = a; Process.Start(\"docker\", a); } }")]
    [InlineData(
        // lang=c#-test
        """
        public class Tests
        {
            [Fact]
            public void One()
            {
                dynamic p = Process.Start("x");
                p.Kill();
                p.StartInfo.FileName = "docker";
                dynamic i = new ProcessStartInfo(p);
                i.ArgumentList.Add("-d");
            }
        }
        """)]
    [InlineData(
        // lang=c#-test
        """
        public class Tests
        {
            [Fact]
            public void One()
            {
                var i = new ProcessStartInfo { FileName = , Arguments = };
                Process.Start(fileName: "docker", arguments: );
                Process.Start(arguments: "run -d x", fileName: "docker");
            }
        }
        """)]
    [InlineData(
        // lang=c#-test
        """
        public class Tests
        {
            [Fact]
            public void One()
            {
                Process.Start("docker", []);
                Process.Start("docker", [..new[] { "run" }, "-d"]);
                Process.Start("bash", "-c");
                Process.Start("", "");
                Process.Start("cmd", "/c");
            }
        }
        """)]
    [InlineData(
        // lang=c#-test
        """
        public class Tests : ServerProcessFixture
        {
            int InitializeAsync;
            class DisposeAsync { }
            event Action StartFixtureAsync;
            Task StopFixtureAsync { get; }
            [Fact] void One() { }
        }
        """)]
    [InlineData(
        // lang=c#-test
        """
        public interface IServer { Task DisposeAsync(); }
        public struct S : IServer
        {
            [Fact] public Task DisposeAsync() => default;
        }
        public enum E { A }
        public delegate void D();
        """)]
    public async Task Code_that_does_not_compile_or_is_unusual(string source)
    {
        foreach (var suite in (Suite[])[Suite.XunitV2, Suite.XunitV3, Suite.NUnit, Suite.None])
        {
            await AllRules.AnalyzeAsync(AllRules.Compile(suite, source));
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Top_level_statements() => await AllRules.AnalyzeAsync(AllRules.Compile(
        Suite.XunitV2,
        """
        var server = Process.Start("docker", "run -d redis");
        server.Dispose();
        await Task.Delay(1);
        void Local() => new Process().Start();
        Local();
        """,
        OutputKind.ConsoleApplication));

    [Fact(Timeout = 300_000)]
    public async Task A_file_of_10_000_lines()
    {
        var methods = Enumerable.Range(0, 2500).Select(i =>
            $"[Fact]\npublic void Test{i}()\n"
            + $"{{ using var p = Process.Start(\"server\", \"--port {i}\");\n p.Kill(true); p.WaitForExit(); }}\n");
        await AllRules.AnalyzeAsync(AllRules.Compile(Suite.XunitV2, $"public class Tests {{ {string.Concat(methods)} }}"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_sum_of_1_000_strings()
    {
        var sum = string.Join(" + ", Enumerable.Range(0, 1000).Select(i => $"name + \"{i} \""));
        var statements = $"var name = Environment.MachineName; Process.Start(\"docker\", {sum});";
        var source = $"public class Tests {{ [Fact] public void One() {{ {statements} }} }}";
        await AllRules.AnalyzeAsync(AllRules.Compile(Suite.XunitV2, source));
    }
}
