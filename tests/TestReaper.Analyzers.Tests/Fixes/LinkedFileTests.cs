using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using TestReaper.Analyzers.Rules;
using TestReaper.CodeFixes;
using Xunit;

namespace TestReaper.Analyzers.Tests.Fixes;

/// <summary>A file that several target frameworks compile. Code that needs Kill(bool) does not compile in all of them.</summary>
public sealed class LinkedFileTests
{
    private const string Source = """
        class T
        {
            [Fact]
            public void A()
            {
                var p = Process.Start("server");
                p.Kill();
                p.WaitForExit();
            }

            [Fact]
            public void B()
            {
                var p = Process.Start("server");
                System.Threading.Thread.Sleep(1);
            }
        }
        """;

    private const string OldProcess = """
        namespace System.Diagnostics
        {
            public class Process
            {
                public bool HasExited => false;
                public static Process Start(string file) => null;
                public void Kill() { }
                public void WaitForExit() { }
            }
        }
        """;

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 0)]
    public async Task A_file_of_an_old_and_a_new_target_gets_no_fix(bool hasOldTarget, int expected)
    {
        using var workspace = new AdhocWorkspace();
        var solution = Add(workspace.CurrentSolution, "New", "");
        if (hasOldTarget)
        {
            solution = Add(solution, "Old", OldProcess);
        }

        var document = solution.Projects.First(project => project.Name == "New").Documents.First(file => file.Name == "T.cs");
        var compilation = await document.Project.GetCompilationAsync();
        var reports = await compilation!.WithAnalyzers([new ProcessFlowAnalyzer()]).GetAnalyzerDiagnosticsAsync();
        Assert.Equal(["TR0001", "TR0003"], reports.Select(report => report.Id).Order());
        List<CodeAction> actions = [];
        foreach (var (report, fix) in reports.SelectMany(report => Fixes.Select(fix => (report, fix))))
        {
            if (fix.FixableDiagnosticIds.Contains(report.Id))
            {
                await fix.RegisterCodeFixesAsync(new CodeFixContext(document, report, (action, _) => actions.Add(action), default));
            }
        }

        Assert.Equal(expected, actions.Count);
    }

    private static CodeFixProvider[] Fixes => [new StopLocalFix(), new KillTreeFix()];

    private static Solution Add(Solution solution, string name, string extra)
    {
        var id = ProjectId.CreateNewId();
        return solution
            .AddProject(ProjectInfo.Create(id, VersionStamp.Default, name, name, LanguageNames.CSharp, metadataReferences: Stubs.Runtime))
            .WithProjectCompilationOptions(id, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary))
            .AddDocument(DocumentId.CreateNewId(id), "T.cs", SourceText.From(Stubs.Usings + Source), filePath: "/T.cs")
            .AddDocument(DocumentId.CreateNewId(id), "Framework.cs", SourceText.From(Stubs.ReadSource(Framework.XunitV2)))
            .AddDocument(DocumentId.CreateNewId(id), "Extra.cs", SourceText.From(extra));
    }
}
