using System;
using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers.Flow;

/// <summary>A rule that checks the model of one type.</summary>
internal interface IFlowRule
{
    void Check(TypeModel model, Action<Diagnostic> report);
}
