using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TestReaper.Analyzers.Flow;

namespace TestReaper.Analyzers.Rules;

/// <summary>TR0007: an override of a teardown that stops a process leaves it out.</summary>
internal static class SkippedBaseTeardown
{
    /// <summary>Needs no model: the class that overrides may know of no process.</summary>
    public static void Judge(INamedTypeSymbol type, Action<Diagnostic> report)
    {
        if (type.BaseType is not { DeclaringSyntaxReferences.Length: > 0 })
        {
            return;
        }

        foreach (var method in type.GetMembers().OfType<IMethodSymbol>())
        {
            if (method.OverriddenMethod is { } skipped && TestTypes.Attributes(skipped).Any(name => name.Contains("TearDown") || name.Contains("Cleanup"))
                && Calls(skipped, "Kill") && !Calls(method, method.Name) && !Calls(method, "Kill") && method.Locations.FirstOrDefault() is { } location)
            {
                report(Diagnostic.Create(Descriptors.TeardownNeverRuns, location, $"{skipped.ContainingType.Name}.{skipped.Name}", $"'{type.Name}' overrides it and does not call it"));
            }
        }
    }

    private static bool Calls(IMethodSymbol method, string name) => method.DeclaringSyntaxReferences.Any(reference => reference.GetSyntax().DescendantNodes().OfType<InvocationExpressionSyntax>()
        .Any(call => (call.Expression switch { MemberAccessExpressionSyntax access => access.Name, MemberBindingExpressionSyntax binding => binding.Name, SimpleNameSyntax simple => simple, _ => null })?.Identifier.Text == name));
}
