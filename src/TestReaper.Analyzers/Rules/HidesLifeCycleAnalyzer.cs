using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using TestReaper.Analyzers.Shape;

namespace TestReaper.Analyzers.Rules;

/// <summary>TR0008: a subclass of ServerProcessFixture hides a method that the test framework calls to start or stop the server.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class HidesLifeCycleAnalyzer : TestReaperAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => ImmutableArray.Create(Descriptors.HidesLifeCycle);

    private protected override void Register(CompilationStartAnalysisContext context, TestReaperSymbols symbols) =>
        context.RegisterSymbolAction(type => Check(type, symbols), SymbolKind.NamedType);

    private static void Check(SymbolAnalysisContext context, TestReaperSymbols symbols)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (type.TypeKind != TypeKind.Class || !symbols.IsFixture(type.BaseType))
        {
            return;
        }

        foreach (var member in type.GetMembers())
        {
            if (FindHidden(type, member) is { } hidden && DescribeConsequence(type, member, hidden, context) is { } consequence)
            {
                context.ReportDiagnostic(Diagnostic.Create(
                    Descriptors.HidesLifeCycle, member.Locations[0], type.Name, hidden.Name, consequence));
            }
        }
    }

    /// <summary>The lifecycle method of ServerProcessFixture that the member hides. Null if it hides none.</summary>
    private static IMethodSymbol? FindHidden(INamedTypeSymbol type, ISymbol member)
    {
        if (member is IMethodSymbol { ExplicitInterfaceImplementations: { Length: > 0 } contracts })
        {
            var contract = contracts[0];
            return FindLifeCycleMethod(type, contract.Name) is { } method && Implements(type.BaseType!, contract, method) ? method : null;
        }

        var isOverload = member is IMethodSymbol { Parameters.IsEmpty: false } or IMethodSymbol { IsGenericMethod: true };
        return member.IsOverride || isOverload ? null : FindLifeCycleMethod(type, member.Name);
    }

    private static IMethodSymbol? FindLifeCycleMethod(INamedTypeSymbol type, string name) =>
        name is "InitializeAsync" or "DisposeAsync" or "StartFixtureAsync" or "StopFixtureAsync"
            ? type.BaseType.SelfAndBaseTypes()
                .Where(ancestor => ancestor.Name == "ServerProcessFixture")
                .SelectMany(ancestor => ancestor.GetMembers(name))
                .OfType<IMethodSymbol>()
                .FirstOrDefault(method => method.Parameters.IsEmpty)
            : null;

    private static bool Implements(INamedTypeSymbol type, ISymbol contract, ISymbol method) =>
        SymbolEqualityComparer.Default.Equals(type.FindImplementationForInterfaceMember(contract), method);

    /// <summary>What happens to the server. Null if the framework calls the member, and the member calls the hidden method.</summary>
    private static string? DescribeConsequence(INamedTypeSymbol type, ISymbol member, IMethodSymbol hidden, SymbolAnalysisContext context)
    {
        var isStart = hidden.Name is "InitializeAsync" or "StartFixtureAsync";
        var callsBase = CallsBase(member, hidden.Name, context);

        // NUnit also calls the hidden method.
        if (member.GetAttributes().Any(IsCalledByNUnit))
        {
            return (isStart, callsBase) switch
            {
                (true, true) => "started twice",
                (true, false) => "still started before it runs",
                (false, true) => "stopped twice",
                (false, false) => "still stopped after it runs",
            };
        }

        return (IsCalledByFramework(type, member, hidden.Name), callsBase, isStart) switch
        {
            (true, true, _) => null,
            (true, false, true) => "never started",
            (true, false, false) => "never stopped",
            (false, _, true) => "started without calling it",
            (false, _, false) => "stopped without calling it",
        };
    }

    private static bool IsCalledByNUnit(AttributeData attribute) =>
        attribute.AttributeClass?.Name is "OneTimeSetUpAttribute" or "OneTimeTearDownAttribute";

    private static bool IsCalledByFramework(INamedTypeSymbol type, ISymbol member, string name) =>
        member is IMethodSymbol
        && type.AllInterfaces.SelectMany(contract => contract.GetMembers(name)).Any(contract => Implements(type, contract, member));

    private static bool CallsBase(ISymbol member, string name, SymbolAnalysisContext context) => member.DeclaringSyntaxReferences
        .SelectMany(reference => reference.GetSyntax(context.CancellationToken).DescendantNodes().OfType<MemberAccessExpressionSyntax>())
        .Any(access => access.Expression is BaseExpressionSyntax && access.Name.Identifier.ValueText == name);
}
