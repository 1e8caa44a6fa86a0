using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TestReaper.Analyzers.Flow;

namespace TestReaper.CodeFixes;

/// <summary>Decides whether a teardown may stop the process of a member: no later test may still use the process.</summary>
/// <remarks>
/// A server that [OneTimeSetUp] starts serves all tests of the class. A [TearDown] that stops it breaks the second test. So the teardown
/// must belong to the same <see cref="Level"/> as every start of the member, or to a longer one. xUnit, MSTest and TUnit create an object
/// for each test, NUnit one for all tests of a class. The objects share a static member, so the disposal of one must not stop it.
/// </remarks>
internal sealed class MemberLifetime(ISymbol member, TypeDeclarationSyntax type, SemanticModel model)
{
    public bool AllowsStopIn(IMethodSymbol teardown)
    {
        if (FindLevel(teardown) is not { } stop || !IsTeardown(teardown) || !SymbolEqualityComparer.Default.Equals(
            member.ContainingType, teardown.ContainingType))
        {
            return false;
        }

        if (member.IsStatic)
        {
            return stop >= Level.Class
                && member.DeclaredAccessibility == Accessibility.Private
                && FindStarts().All(start => start <= stop && start != Level.Test);
        }

        return stop == Level.Instance || FindStarts().All(start => start == stop || (SharesObject(teardown)
            ? start is Level.Instance or Level.Class && stop is Level.Instance or Level.Class
            : start is Level.Instance or Level.Test && stop is Level.Instance or Level.Test));
    }

    // NUnit has one object for all tests of a class.
    private static bool SharesObject(IMethodSymbol teardown) =>
        TestTypes.FindAttributeNames(teardown).Any(name => name is "TearDownAttribute" or "OneTimeTearDownAttribute");

    private static bool IsTeardown(IMethodSymbol method) =>
        TestMethodKinds.IsTeardown(method) || new TypeContracts(method.ContainingType).IsDisposal(method);

    private IEnumerable<Level> FindStarts() => type.DescendantNodes().OfType<SimpleNameSyntax>()
        .Where(use => use.Identifier.ValueText == member.Name && IsStart(use) && model.GetSymbolInfo(use).Symbol.IsSame(member))
        .Select(use => FindLevel(use, []))
        .Concat(FindInitializers());

    private IEnumerable<Level> FindInitializers() => member.DeclaringSyntaxReferences.Select(reference => reference.GetSyntax())
        .Where(declaration => declaration
            is VariableDeclaratorSyntax { Initializer: not null } or PropertyDeclarationSyntax { Initializer: not null })
        .Select(_ => member.IsStatic ? Level.Run : Level.Instance);

    private static bool IsStart(SimpleNameSyntax use)
    {
        ExpressionSyntax target = use.Parent is MemberAccessExpressionSyntax access && access.Name == use ? access : use;
        return target.Parent switch
        {
            AssignmentExpressionSyntax assignment =>
                assignment.Left == target && !assignment.Right.IsKind(SyntaxKind.NullLiteralExpression),
            MemberAccessExpressionSyntax { Name.Identifier.Text: "Start" } => true,
            ArgumentSyntax => true,
            _ => false,
        };
    }

    // A helper has the longest level of its callers.
    private Level FindLevel(SyntaxNode use, HashSet<ISymbol> visited)
    {
        var owner = use.Ancestors().OfType<MemberDeclarationSyntax>().FirstOrDefault();
        if (owner is null || model.GetDeclaredSymbol(owner) is not IMethodSymbol method || !visited.Add(method))
        {
            return Level.Run;
        }

        if (FindLevel(method) is { } level)
        {
            return level;
        }

        var calls = type.DescendantNodes().OfType<SimpleNameSyntax>()
            .Where(name => name.Identifier.ValueText == method.Name && model.GetSymbolInfo(name).Symbol.IsSame(method))
            .Select(name => FindLevel(name, visited))
            .ToList();
        return calls.Count == 0 || method.DeclaredAccessibility != Accessibility.Private ? Level.Run : calls.Max();
    }

    private static Level? FindLevel(IMethodSymbol method)
    {
        foreach (var attribute in method.GetAttributes())
        {
            if (FindLevel(attribute) is { } level)
            {
                return level;
            }
        }

        return method switch
        {
            { MethodKind: MethodKind.StaticConstructor } => Level.Run,
            { MethodKind: MethodKind.Constructor } or { Name: "InitializeAsync" or "Dispose" or "DisposeAsync" } => Level.Instance,
            _ => TestBody.IsTest(method) ? Level.Test : null,
        };
    }

    private static Level? FindLevel(AttributeData attribute) => attribute.AttributeClass?.Name switch
    {
        "SetUpAttribute" or "TearDownAttribute" or "TestInitializeAttribute" or "TestCleanupAttribute" => Level.Test,
        "OneTimeSetUpAttribute" or "OneTimeTearDownAttribute" or "ClassInitializeAttribute" or "ClassCleanupAttribute" => Level.Class,
        "AssemblyInitializeAttribute" or "AssemblyCleanupAttribute" => Level.Assembly,
        "BeforeAttribute" or "AfterAttribute" or "BeforeEveryAttribute" or "AfterEveryAttribute" => FindHookLevel(attribute),
        _ => null,
    };

    // TUnit: [Before(Class)]
    private static Level FindHookLevel(AttributeData attribute)
    {
        var type = attribute.ConstructorArguments.FirstOrDefault();
        var name = type.Type?.GetMembers().OfType<IFieldSymbol>()
            .FirstOrDefault(value => value.HasConstantValue && Equals(value.ConstantValue, type.Value))?.Name;
        return name switch
        {
            "Test" => Level.Test,
            "Class" => Level.Class,
            "Assembly" => Level.Assembly,
            _ => Level.Run,
        };
    }
}
