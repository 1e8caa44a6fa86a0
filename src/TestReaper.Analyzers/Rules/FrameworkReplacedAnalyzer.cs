using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using TestReaper.Analyzers.Shape;

namespace TestReaper.Analyzers.Rules;

/// <summary>TR0013: [AssertReaped] in an assembly whose test framework is not TestReaper's, and so does not enforce it.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class FrameworkReplacedAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => ImmutableArray.Create(Descriptors.FrameworkReplaced);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start =>
        {
            if (TestReaperSymbols.Of(start.Compilation) is { Framework: { } framework } symbols)
            {
                var foreign = new Lazy<string?>(() => Foreign(start.Compilation, framework));
                start.RegisterSymbolAction(of => Look(of.Symbol, symbols, foreign, of.ReportDiagnostic, null, of.CancellationToken), SymbolKind.NamedType);
                start.RegisterSemanticModelAction(of =>
                {
                    if (of.SemanticModel.SyntaxTree.GetRoot(of.CancellationToken) is CompilationUnitSyntax { AttributeLists.Count: > 0 })
                    {
                        Look(of.SemanticModel.Compilation.Assembly, symbols, foreign, of.ReportDiagnostic, of.SemanticModel.SyntaxTree, of.CancellationToken);
                    }
                });
            }
        });
    }

    private static void Look(ISymbol symbol, TestReaperSymbols symbols, Lazy<string?> foreign, Action<Diagnostic> report, SyntaxTree? only, CancellationToken cancellation)
    {
        foreach (var attribute in symbol.GetAttributes())
        {
            if ((attribute.AttributeClass.IsSame(symbols.XunitAssertReaped) || attribute.AttributeClass.IsSame(symbols.XunitAssertRunReaped))
                && attribute.ApplicationSyntaxReference is { } reference
                && (only is null || reference.SyntaxTree == only)
                && foreign.Value is { } name)
            {
                report(Diagnostic.Create(Descriptors.FrameworkReplaced, reference.GetSyntax(cancellation).GetLocation(), name));
            }
        }
    }

    /// <summary>The name of the framework that is registered instead of ours; null if there is none, or none that can be found.</summary>
    private static string? Foreign(Compilation compilation, INamedTypeSymbol framework)
    {
        foreach (var attribute in compilation.Assembly.GetAttributes())
        {
            if (attribute.AttributeClass is { } type && (IsTestFramework(type) || type.AllInterfaces.Any(contract => contract.Name == "ITestFrameworkAttribute"))
                && Registered(compilation, attribute) is { } registered)
            {
                return registered.DerivesFrom(framework) ? null : registered.Name;
            }
        }

        return null;
    }

    private static bool IsTestFramework(INamedTypeSymbol attribute) => attribute.Name == "TestFrameworkAttribute" && attribute.IsIn("Xunit");

    // v3 has the type, v2 its name and that of its assembly.
    private static INamedTypeSymbol? Registered(Compilation compilation, AttributeData attribute)
    {
        var arguments = attribute.ConstructorArguments;
        if (arguments.Select(argument => argument.Kind == TypedConstantKind.Type ? argument.Value : null).OfType<INamedTypeSymbol>().FirstOrDefault() is { } type)
        {
            return type;
        }

        if (!IsTestFramework(attribute.AttributeClass!) || arguments.Length != 2 || arguments[0].Value is not string name || arguments[1].Value is not string assembly)
        {
            return null;
        }

        var simpleName = assembly.Split(',')[0].Trim();
        return compilation.SourceModule.ReferencedAssemblySymbols.Concat(new[] { compilation.Assembly }).FirstOrDefault(one => one.Name == simpleName)?.GetTypeByMetadataName(name);
    }
}
