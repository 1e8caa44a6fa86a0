using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TestReaper.Analyzers.Shape;

/// <summary>The methods of TestReaper that record a process and reap it later.</summary>
internal sealed class OwningMethods
{
    private readonly INamedTypeSymbol? _xunitFixture, _nunitFixture, _reaper;

    private OwningMethods(Compilation compilation)
    {
        _xunitFixture = compilation.GetTypeByMetadataName("TestReaper.Xunit.ServerProcessFixture");
        _nunitFixture = compilation.GetTypeByMetadataName("TestReaper.NUnit.ServerProcessFixture");
        _reaper = compilation.GetTypeByMetadataName("TestReaper.ProcessReaper");
    }

    /// <summary>Null if the compilation references none of the types.</summary>
    public static OwningMethods? FromCompilation(Compilation compilation)
    {
        var owners = new OwningMethods(compilation);
        return owners is { _xunitFixture: null, _nunitFixture: null, _reaper: null } ? null : owners;
    }

    /// <summary>Whether a call is the fixture's Start or Track, or ProcessReaper.Start.</summary>
    public bool Contain(InvocationExpressionSyntax call, SemanticModel model, CancellationToken cancellation) =>
        model.GetSymbolInfo(call, cancellation).Symbol is IMethodSymbol { Name: "Start" or "Track", ContainingType: { } type } method
        && (type.IsSame(_xunitFixture) || type.IsSame(_nunitFixture) || (type.IsSame(_reaper) && method.Name == "Start"));
}
