using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TestReaper.Analyzers.Flow;

namespace TestReaper.Analyzers.Rules;

/// <summary>TR0003: Kill() without an argument, on a process that the project may have started.</summary>
internal sealed class KillsRootOnly : IFlowRule
{
    public void Check(TypeModel model, Action<Diagnostic> report)
    {
        var process = model.Cache.Symbols.Process;
        if (!process.GetMembers("Kill").OfType<IMethodSymbol>().Any(method => method.Parameters.Length == 1))
        {
            return;
        }

        var steps = model.Steps.Where(step => !IsKillOfTree(step.Owner));
        foreach (var call in steps.Select(step => step.Operation).OfType<IInvocationOperation>())
        {
            if (call is not { TargetMethod: { Name: "Kill", Parameters.Length: 0 } method, Instance: { } instance }
                || instance is IInvalidOperation
                || !model.Cache.HolderTypes.IsProcess(method.ContainingType))
            {
                continue;
            }

            var nodes = model.FindSources(instance).ToList();
            if (!model.IsExistingProcess(nodes))
            {
                var name = nodes.OfType<ISymbol>().FirstOrDefault()?.Name ?? "the process";
                report(Diagnostic.Create(Descriptors.KillsRootOnly, call.Syntax.GetLocation(), name));
            }
        }
    }

    // static void Kill(this Process process, bool entireProcessTree): a substitute for frameworks that have no such method.
    private static bool IsKillOfTree(ISymbol owner) =>
        owner is IMethodSymbol { Name: "Kill", Parameters: var parameters }
        && parameters.Any(parameter => parameter.Type.SpecialType == SpecialType.System_Boolean);
}
