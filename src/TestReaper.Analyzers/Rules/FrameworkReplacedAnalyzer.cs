using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using TestReaper.Analyzers.Shape;

namespace TestReaper.Analyzers.Rules;

/// <summary>TR0013: [AssertReaped] in an assembly whose test framework is not TestReaper's and does not enforce it.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class FrameworkReplacedAnalyzer : TestReaperAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => ImmutableArray.Create(Descriptors.FrameworkReplaced);

    private protected override void Register(CompilationStartAnalysisContext context, TestReaperSymbols symbols)
    {
        if (symbols.Framework is not { } framework)
        {
            return;
        }

        var replacement = new Lazy<string?>(() => FindReplacement(context.Compilation, framework));
        context.RegisterSymbolAction(
            type => Check(type.Symbol, symbols, replacement, type.ReportDiagnostic, null, type.CancellationToken),
            SymbolKind.NamedType);
        context.RegisterSemanticModelAction(file =>
        {
            var tree = file.SemanticModel.SyntaxTree;
            if (tree.GetRoot(file.CancellationToken) is CompilationUnitSyntax { AttributeLists.Count: > 0 })
            {
                var assembly = file.SemanticModel.Compilation.Assembly;
                Check(assembly, symbols, replacement, file.ReportDiagnostic, tree, file.CancellationToken);
            }
        });
    }

    private static void Check(
        ISymbol symbol,
        TestReaperSymbols symbols,
        Lazy<string?> replacement,
        Action<Diagnostic> report,
        SyntaxTree? onlyIn,
        CancellationToken cancellation)
    {
        foreach (var attribute in symbol.GetAttributes())
        {
            var type = attribute.AttributeClass;
            if ((type.IsSame(symbols.XunitAssertReaped) || type.IsSame(symbols.XunitAssertRunReaped))
                && attribute.ApplicationSyntaxReference is { } reference
                && (onlyIn is null || reference.SyntaxTree == onlyIn)
                && replacement.Value is { } name)
            {
                report(Diagnostic.Create(Descriptors.FrameworkReplaced, reference.GetSyntax(cancellation).GetLocation(), name));
            }
        }
    }

    /// <summary>The name of the test framework that replaces TestReaper's. Null if there is none, or if its type cannot be found.</summary>
    private static string? FindReplacement(Compilation compilation, INamedTypeSymbol framework)
    {
        foreach (var attribute in compilation.Assembly.GetAttributes())
        {
            if (attribute.AttributeClass is { } type
                && (IsTestFramework(type) || type.AllInterfaces.Any(contract => contract.Name == "ITestFrameworkAttribute"))
                && FindRegistered(compilation, attribute) is { } registered)
            {
                return registered.DerivesFrom(framework) ? null : registered.Name;
            }
        }

        return null;
    }

    private static bool IsTestFramework(INamedTypeSymbol attribute) =>
        attribute.Name == "TestFrameworkAttribute" && attribute.IsInNamespace("Xunit");

    // The attribute of xUnit v3 takes the type. That of v2 takes the names of the type and of its assembly.
    private static INamedTypeSymbol? FindRegistered(Compilation compilation, AttributeData attribute)
    {
        var arguments = attribute.ConstructorArguments;
        var type = arguments.Where(argument => argument.Kind == TypedConstantKind.Type)
            .Select(argument => argument.Value)
            .OfType<INamedTypeSymbol>()
            .FirstOrDefault();
        if (type is not null)
        {
            return type;
        }

        if (!IsTestFramework(attribute.AttributeClass!)
            || arguments.Length != 2
            || arguments[0].Value is not string name
            || arguments[1].Value is not string assembly)
        {
            return null;
        }

        var simpleName = assembly.Split(',')[0].Trim();
        return compilation.SourceModule.ReferencedAssemblySymbols.Append(compilation.Assembly)
            .FirstOrDefault(candidate => candidate.Name == simpleName)?.GetTypeByMetadataName(name);
    }
}
