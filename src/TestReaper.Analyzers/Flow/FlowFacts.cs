using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TestReaper.Analyzers.Flow;

/// <summary>What <see cref="TypeWalker"/> finds in the code of one type.</summary>
internal sealed class FlowFacts
{
    public Graph Graph { get; } = new();

    /// <summary>The calls that certainly start a process: Process.Start, and source methods of other types that call it.</summary>
    public List<StartSite> StartSites { get; } = [];

    /// <summary>Every <c>new Process</c>. It becomes a start site if the type calls Start on it.</summary>
    public HashSet<object> CreatedProcesses { get; } = [];

    /// <summary>The calls of Start on an instance.</summary>
    public List<StartCall> StartCalls { get; } = [];

    /// <summary>The calls that return a process which the type did not start, such as GetProcessById.</summary>
    public HashSet<object> ExistingProcesses { get; } = [];

    /// <summary>The calls of the type's own methods.</summary>
    public List<OwnCall> Calls { get; } = [];

    /// <summary>The arguments that own methods assign through an out or ref parameter.</summary>
    public List<OutFlow> OutFlows { get; } = [];

    /// <summary>The own methods that are stored as a delegate.</summary>
    public HashSet<ISymbol> StoredMethods { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>The calls, awaits, throws, returns, assignments and property reads, in source order.</summary>
    public List<OwnedOperation> Steps { get; } = [];

    /// <summary>A call of Start on an instance.</summary>
    public sealed class StartCall(IInvocationOperation call, ProgramPoint point)
    {
        public IInvocationOperation Call => call;

        public ProgramPoint Point => point;
    }

    /// <summary>An argument that an own method assigns through an out or ref parameter.</summary>
    public sealed class OutFlow(ISymbol callee, object parameter, object target)
    {
        public ISymbol Callee => callee;

        public object Parameter => parameter;

        public object Target => target;
    }
}
