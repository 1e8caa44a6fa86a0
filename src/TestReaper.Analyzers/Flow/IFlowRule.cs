using System;
using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers.Flow;

/// <summary>Judges the model of one type.</summary>
internal interface IFlowRule
{
    /// <summary>Reports what is wrong.</summary>
    void Judge(TypeModel model, Action<Diagnostic> report);
}
