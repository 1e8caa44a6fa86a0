using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;

namespace TestReaper.CodeFixes;

/// <summary>The methods of Process that every target framework of a file has.</summary>
internal sealed class ProcessApis
{
    private ProcessApis(bool hasKillTree, bool hasWaitAsync) => (HasKillTree, HasWaitAsync) = (hasKillTree, hasWaitAsync);

    /// <summary>Whether Kill(bool) exists: .NET Core 3.0 and later.</summary>
    public bool HasKillTree { get; }

    /// <summary>Whether WaitForExitAsync exists: .NET 5 and later.</summary>
    public bool HasWaitAsync { get; }

    /// <summary>Null if only some targets have Kill(bool). No single line of code is right for all of them.</summary>
    public static async Task<ProcessApis?> FromDocumentAsync(Document document, CancellationToken cancellationToken)
    {
        var (all, none, hasWaitAsync) = (true, true, true);
        foreach (var id in document.GetLinkedDocumentIds().Prepend(document.Id))
        {
            var project = document.Project.Solution.GetProject(id.ProjectId)!;
            var compilation = await project.GetCompilationAsync(cancellationToken).ConfigureAwait(false);
            var process = compilation?.GetTypeByMetadataName("System.Diagnostics.Process");
            var hasKillTree = process?.GetMembers("Kill").OfType<IMethodSymbol>().Any(method => method.Parameters.Length == 1) == true;
            all &= hasKillTree;
            none &= !hasKillTree;
            hasWaitAsync &= process?.GetMembers("WaitForExitAsync").Any() == true;
        }

        return all || none ? new ProcessApis(all, hasWaitAsync) : null;
    }
}
