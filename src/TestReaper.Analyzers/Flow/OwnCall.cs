using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers.Flow;

/// <summary>A call of a method of the same type.</summary>
internal sealed class OwnCall(ISymbol callee, IOperation call, ProgramPoint point)
{
    public ISymbol Callee => callee;

    public IOperation Call => call;

    public ProgramPoint Point => point;

    /// <summary>The function that contains the call.</summary>
    public ISymbol Caller => point.Function.OriginalDefinition;
}
