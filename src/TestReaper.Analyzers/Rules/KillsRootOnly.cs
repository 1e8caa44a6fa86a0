using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TestReaper.Analyzers.Flow;

namespace TestReaper.Analyzers.Rules;

/// <summary>TR0003: Kill() without its parameter, on what may be a process of ours.</summary>
internal sealed class KillsRootOnly : IFlowRule
{
    /// <inheritdoc/>
    public void Judge(TypeModel model, Action<Diagnostic> report)
    {
        var process = model.Known.Symbols.Process;
        if (!process.GetMembers("Kill").OfType<IMethodSymbol>().Any(method => method.Parameters.Length == 1))
        {
            return;
        }

        foreach (var call in model.Steps.Select(step => step.Operation).OfType<IInvocationOperation>())
        {
            if (call is { TargetMethod: { Name: "Kill", Parameters.Length: 0 } method, Instance: { } instance } && instance is not IInvalidOperation && model.Known.Carriers.IsProcess(method.ContainingType)
                && model.SourcesOf(instance).ToList() is var nodes && !model.IsForeign(nodes))
            {
                report(Diagnostic.Create(Descriptors.KillsRootOnly, call.Syntax.GetLocation(), nodes.OfType<ISymbol>().FirstOrDefault()?.Name ?? "the process"));
            }
        }
    }
}
