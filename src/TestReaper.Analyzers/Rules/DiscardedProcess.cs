using System;
using Microsoft.CodeAnalysis;
using TestReaper.Analyzers.Flow;

namespace TestReaper.Analyzers.Rules;

/// <summary>TR0001: a started process that nobody keeps, or that a local holds and nobody stops.</summary>
internal sealed class DiscardedProcess : IFlowRule
{
    /// <inheritdoc/>
    public void Judge(TypeModel model, Action<Diagnostic> report)
    {
        foreach (var origin in model.Origins)
        {
            if (model.FateOf(origin) is { IsHandedOver: false, Members.Count: 0, Disposal: null } fate)
            {
                report(Diagnostic.Create(Descriptors.DiscardedProcess, origin.Start.Syntax.GetLocation(), fate.Nodes.Count > 1 ? "never stopped" : "discarded"));
            }
        }
    }
}
