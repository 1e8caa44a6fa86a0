using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TestReaper.Analyzers.Flow;

namespace TestReaper.Analyzers.Rules;

/// <summary>TR0007: an override of a teardown that kills a process neither calls it nor kills the process.</summary>
internal static class SkippedBaseTeardown
{
    /// <summary>Checks syntax, not the model: the class with the override may not mention a process.</summary>
    public static void Check(INamedTypeSymbol type, Action<Diagnostic> report)
    {
        if (type.BaseType is not { DeclaringSyntaxReferences.Length: > 0 })
        {
            return;
        }

        foreach (var method in type.GetMembers().OfType<IMethodSymbol>())
        {
            if (method.OverriddenMethod is { } skipped
                && TestTypes.FindAttributeNames(skipped).Any(name => name.Contains("TearDown") || name.Contains("Cleanup"))
                && Calls(skipped, "Kill")
                && !Calls(method, method.Name)
                && !Calls(method, "Kill")
                && method.Locations.FirstOrDefault() is { } location)
            {
                var name = $"{skipped.ContainingType.Name}.{skipped.Name}";
                var reason = $"'{type.Name}' overrides it and does not call the base method";
                report(Diagnostic.Create(Descriptors.TeardownNeverRuns, location, name, reason));
            }
        }
    }

    private static bool Calls(IMethodSymbol method, string name) => method.DeclaringSyntaxReferences.Any(reference => reference.GetSyntax()
        .DescendantNodes().OfType<InvocationExpressionSyntax>().Any(call => ProcessSyntax.ReadName(call) == name));
}
