using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using TestReaper.Analyzers.Flow;
using TestReaper.Analyzers.Shape;

namespace TestReaper.Analyzers.Rules;

/// <summary>TR0006: the code after a start may throw in a method after whose failure no teardown runs.</summary>
internal sealed class FailureBeforeTeardown : IFlowRule
{
    public void Check(TypeModel model, Action<Diagnostic> report)
    {
        foreach (var (member, sites) in model.Members)
        {
            var effects = model.FindEffects(member);
            if (member.IsStatic || !Releases.FindIn(effects).Any(model.Teardowns.Runs))
            {
                continue;
            }

            foreach (var site in sites)
            {
                if (FindFailure(model, member, site, effects) is var (reason, failure))
                {
                    report(Diagnostic.Create(
                        Descriptors.FailureBeforeTeardown, site.Start.Syntax.GetLocation(), Failures.Describe(failure), reason));
                }
            }
        }
    }

    private static (string Reason, IOperation Failure)? FindFailure(
        TypeModel model, ISymbol member, StartSite site, IReadOnlyList<Effect> effects)
    {
        foreach (var entry in model.Teardowns.FindCallers(site.Point.Function).OfType<IMethodSymbol>())
        {
            if (Explain(model, entry, site, effects) is { } reason && FindFailure(model, member, site, entry, effects) is { } failure)
            {
                return (reason, failure);
            }
        }

        return null;
    }

    // Why no teardown runs after the method has thrown. Null if one does.
    private static string? Explain(TypeModel model, IMethodSymbol entry, StartSite site, IReadOnlyList<Effect> effects)
    {
        if (entry.MethodKind == MethodKind.Constructor)
        {
            return "the constructor fails and the object is not disposed";
        }

        if (CreatesInstance(entry, model.Type, site))
        {
            return $"'{entry.Name}' does not return the object that holds the process";
        }

        if (entry.Name != "InitializeAsync" || !IsXunitTestClass(model.Teardowns))
        {
            return null;
        }

        if (model.Cache.Symbols.IsXunitV3)
        {
            return "xUnit v3 runs no teardown of the test class";
        }

        var isInDispose = Releases.FindIn(effects).Any(effect =>
            model.Teardowns.FindCallers(effect.Point.Function).Any(function => IsSyncTeardown(model.Teardowns, function)));
        return isInDispose ? null : "xUnit v2 calls only Dispose of the test class, not DisposeAsync";
    }

    // static async Task<Server> StartAsync() { var server = new Server(); server._process = Process.Start(...); ...; return server; }
    private static bool CreatesInstance(IMethodSymbol method, INamedTypeSymbol type, StartSite site) =>
        method is { IsStatic: true, MethodKind: MethodKind.Ordinary }
        && (method.ReturnType is INamedTypeSymbol { IsGenericType: true, Name: "Task" or "ValueTask" } task
            ? task.TypeArguments[0]
            : method.ReturnType).IsSame(type)
        && method.DeclaringSyntaxReferences.Any(part => part.GetSyntax().DescendantNodes().OfType<BaseObjectCreationExpressionSyntax>()
            .Any(creation => IsOf(type, creation)
                && (!site.Point.Function.IsSame(method) || creation.Span.End < site.Start.Syntax.SpanStart)));

    private static bool IsOf(INamedTypeSymbol type, BaseObjectCreationExpressionSyntax creation) =>
        creation is not ObjectCreationExpressionSyntax { Type: var created } || created.ToString() == type.Name;

    private static bool IsXunitTestClass(Teardowns teardowns) =>
        teardowns.IsLifetime
        && teardowns.Kind.HasFlag(TestTypes.Kind.TestClass | TestTypes.Kind.Xunit)
        && !teardowns.Kind.HasFlag(TestTypes.Kind.Fixture);

    private static bool IsSyncTeardown(Teardowns teardowns, ISymbol function) =>
        function is IMethodSymbol { Parameters.Length: 0, ReturnsVoid: true } method && teardowns.IsTeardown(method);

    private static IOperation? FindFailure(
        TypeModel model, ISymbol member, StartSite site, IMethodSymbol entry, IReadOnlyList<Effect> effects)
    {
        var nodes = new HashSet<object>(model.Graph.FindReachable(member, throughMembers: true)) { member };
        var kills = effects.Concat(model.FindResult(site).Effects)
            .Where(effect => effect.Kind is EffectKind.Kill or EffectKind.Escapes)
            .ToList();
        var killing = kills.Select(effect => effect.Operation).ToList();
        var stopMethods = new HashSet<ISymbol>(
            kills.SelectMany(effect => model.Teardowns.FindCallers(effect.Point.Function)), SymbolEqualityComparer.Default);
        var function = site.Point.Function;
        if (function.IsSame(entry))
        {
            return model.Failures.FindFirst(function, site.Start, int.MaxValue, nodes, Stops);
        }

        // The start is in a helper. The code after the call of the helper counts as well.
        var starters = model.Teardowns.FindCallers(function);
        var calls = model.Steps
            .Where(step => step.Owner.IsSame(entry))
            .Select(step => step.Operation)
            .OfType<IInvocationOperation>()
            .Where(call => starters.Contains(call.TargetMethod.OriginalDefinition) && !Guards.IsGuarded(call, Stops))
            .ToList();
        return calls.Count == 0
            ? null
            : model.Failures.FindFirst(function, site.Start, int.MaxValue, nodes, Stops)
                ?? calls.Select(call => model.Failures.FindFirst(entry, call, int.MaxValue, nodes, Stops))
                    .FirstOrDefault(found => found is not null);

        bool Stops(IOperation operation) => killing.Contains(operation) || (operation is IInvocationOperation call && CallsStop(call));

        bool CallsStop(IInvocationOperation call) =>
            stopMethods.Contains(call.TargetMethod.OriginalDefinition) || IsOwnDisposal(call, model.Type);
    }

    private static bool IsOwnDisposal(IInvocationOperation call, INamedTypeSymbol type) =>
        call.TargetMethod.Name is "Dispose" or "DisposeAsync"
        && (call.Instance is IInstanceReferenceOperation || call.Instance?.Type.IsSame(type) == true);
}
