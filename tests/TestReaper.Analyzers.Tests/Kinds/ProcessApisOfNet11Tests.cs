using Microsoft.CodeAnalysis;
using Xunit;

namespace TestReaper.Analyzers.Tests.Kinds;

/// <summary>The process APIs of .NET 11. The runtime of the tests lacks them, so the sources declare the types.</summary>
public sealed class ProcessApisOfNet11Tests : KindTest
{
    private const string Api = """
        namespace System.Diagnostics
        {
            public class ProcessStartInfo(string file = null)
            {
                public string FileName { get; set; } = file;
                public bool KillOnParentExit { get; set; }
                public bool StartDetached { get; set; }
            }
            public class Process : System.IDisposable
            {
                public int Id => 0;
                public ProcessStartInfo StartInfo { get; set; } = new();
                public static Process Start(string file) => null;
                public static Process Start(ProcessStartInfo info) => null;
                public static int StartAndForget(string file) => 0;
                public static int StartAndForget(ProcessStartInfo info) => 0;
                public static Process GetProcessById(int id) => null;
                public bool Start() => true;
                public void Kill(bool entireProcessTree) { }
                public void WaitForExit() { }
                public void Dispose() { }
            }
        }
        """;

    [Theory]
    [InlineData("Process.StartAndForget(\"server\");", true)]
    [InlineData("Process.StartAndForget(new ProcessStartInfo(\"server\"));", true)]
    [InlineData("var id = Process.StartAndForget(\"server\"); System.Console.WriteLine(id);", true)]
    [InlineData(
        "var i = new ProcessStartInfo(\"server\") { StartDetached = true }; "
        + "using var p = Process.Start(i); p.WaitForExit();", true)]
    [InlineData("var i = new ProcessStartInfo(\"server\"); i.StartDetached = true; Process.Start(i).WaitForExit();", true)]
    [InlineData("var p = new Process(); p.StartInfo.StartDetached = true; p.Start(); p.WaitForExit();", true)]
    [InlineData("Process.StartAndForget(\"git\");", false)]
    [InlineData("var id = Process.StartAndForget(\"server\"); Process.GetProcessById(id).Kill(true);", false)]
    [InlineData("var i = new ProcessStartInfo(\"server\") { StartDetached = true }; Process.Start(i).Kill(true);", false)]
    [InlineData("var i = new ProcessStartInfo(\"server\") { StartDetached = false }; Process.Start(i).WaitForExit();", false)]
    public async Task A_detached_start_is_reported(string statements, bool isReported)
    {
        var reports = await AnalyzeAsync(AddTest(statements), Framework.XunitV2);
        Assert.Equal(isReported ? ["TR0011"] : [], reports.Select(report => report.Id));
    }

    [Theory]
    [InlineData("Process.Start(new ProcessStartInfo(\"server\") { KillOnParentExit = true });", true)]
    [InlineData(
        "var i = new ProcessStartInfo(\"server\"); i.KillOnParentExit = true; var p "
        + "= Process.Start(i); System.Console.WriteLine(p.Id);", true)]
    [InlineData("var p = new Process(); p.StartInfo.KillOnParentExit = true; p.StartInfo.FileName = \"server\"; p.Start();", true)]
    [InlineData("var p = new Process { StartInfo = { FileName = \"server\", KillOnParentExit = true } }; p.Start();", true)]
    [InlineData("_p = Process.Start(new ProcessStartInfo(\"server\") { KillOnParentExit = true });", true)]
    [InlineData("using var p = Process.Start(new ProcessStartInfo(\"server\") { KillOnParentExit = true });", true)]
    [InlineData("Launch();", true)]
    [InlineData("Process.Start(new ProcessStartInfo(\"server\") { KillOnParentExit = false });", false)]
    [InlineData("_p = Process.Start(new ProcessStartInfo(\"server\"));", false)]
    public async Task The_system_kills_it_with_the_test_host(string statements, bool isInfo)
    {
        var report = Assert.Single(await AnalyzeAsync(AddTest(statements), Framework.XunitV2));
        Assert.Equal(isInfo ? DiagnosticSeverity.Info : DiagnosticSeverity.Warning, report.Severity);
    }

    private static string AddTest(string statements) => $$"""
        public class Tests
        {
            System.Diagnostics.Process _p;
            [Fact] public void A() { {{statements}} }
            static Process Launch() => Process.Start(new ProcessStartInfo("server") { KillOnParentExit = true });
        }
        {{Api}}
        """;
}
