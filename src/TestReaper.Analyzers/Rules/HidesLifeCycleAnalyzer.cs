using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using TestReaper.Analyzers.Shape;

namespace TestReaper.Analyzers.Rules;

/// <summary>TR0008: a subclass of ServerProcessFixture has a member where the test framework looks for the fixture's life cycle.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class HidesLifeCycleAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => ImmutableArray.Create(Descriptors.HidesLifeCycle);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start =>
        {
            if (TestReaperSymbols.Of(start.Compilation) is { } symbols)
            {
                start.RegisterSymbolAction(of => Look(of, symbols), SymbolKind.NamedType);
            }
        });
    }

    private static void Look(SymbolAnalysisContext context, TestReaperSymbols symbols)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (type.TypeKind != TypeKind.Class || !symbols.IsFixture(type.BaseType))
        {
            return;
        }

        foreach (var member in type.GetMembers())
        {
            if (LifeCycleMember(type, member) is { } hidden && Consequence(type, member, hidden, context) is { } consequence)
            {
                context.ReportDiagnostic(Diagnostic.Create(Descriptors.HidesLifeCycle, member.Locations[0], type.Name, hidden.Name, consequence));
            }
        }
    }

    /// <summary>The member of ServerProcessFixture that this one stands in front of; null for any other.</summary>
    private static IMethodSymbol? LifeCycleMember(INamedTypeSymbol type, ISymbol member)
    {
        if (member is IMethodSymbol { ExplicitInterfaceImplementations: { Length: > 0 } contracts })
        {
            return IsLifeCycle(contracts[0].Name) && Find(type, contracts[0].Name) is { } one && Implements(type.BaseType!, contracts[0], one) ? one : null;
        }

        return member.IsOverride || !IsLifeCycle(member.Name) || member is IMethodSymbol method && (!method.Parameters.IsEmpty || method.IsGenericMethod) ? null : Find(type, member.Name);
    }

    private static bool IsLifeCycle(string name) => name is "InitializeAsync" or "DisposeAsync" or "StartFixtureAsync" or "StopFixtureAsync";

    private static IMethodSymbol? Find(INamedTypeSymbol type, string name) =>
        type.WithAncestors().Skip(1).Where(at => at.Name == "ServerProcessFixture").SelectMany(at => at.GetMembers(name)).OfType<IMethodSymbol>().FirstOrDefault(method => method.Parameters.IsEmpty);

    private static bool Implements(INamedTypeSymbol type, ISymbol contract, ISymbol method) =>
        SymbolEqualityComparer.Default.Equals(type.FindImplementationForInterfaceMember(contract), method);

    /// <summary>What becomes of the server; null if the framework calls this one and it calls what it hides.</summary>
    private static string? Consequence(INamedTypeSymbol type, ISymbol member, IMethodSymbol hidden, SymbolAnalysisContext context)
    {
        var isStart = hidden.Name is "InitializeAsync" or "StartFixtureAsync";
        var callsBase = member.DeclaringSyntaxReferences.Any(reference => reference.GetSyntax(context.CancellationToken).DescendantNodes().Any(node =>
            node is MemberAccessExpressionSyntax { Expression: BaseExpressionSyntax, Name.Identifier.ValueText: var name } && name == hidden.Name));
        // NUnit calls the hidden one as well.
        if (member.GetAttributes().Any(attribute => attribute.AttributeClass?.Name is "OneTimeSetUpAttribute" or "OneTimeTearDownAttribute"))
        {
            return (isStart ? "started " : "stopped ") + (callsBase ? "twice" : isStart ? "before it all the same" : "after it all the same");
        }

        var isCalled = member is IMethodSymbol && type.AllInterfaces.SelectMany(contract => contract.GetMembers(hidden.Name)).Any(contract => Implements(type, contract, member));
        return (isCalled, callsBase, isStart) switch
        {
            (true, true, _) => null,
            (true, false, true) => "never started",
            (true, false, false) => "never stopped",
            (false, _, true) => "started without calling it",
            (false, _, false) => "stopped without calling it",
        };
    }
}
