using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TestReaper.Analyzers.Shape;

/// <summary>The types that reap each process which goes through them.</summary>
internal sealed class Owners
{
    private readonly INamedTypeSymbol? _xunit, _nunit, _reaper;

    private Owners(Compilation compilation)
    {
        _xunit = compilation.GetTypeByMetadataName("TestReaper.Xunit.ServerProcessFixture");
        _nunit = compilation.GetTypeByMetadataName("TestReaper.NUnit.ServerProcessFixture");
        _reaper = compilation.GetTypeByMetadataName("TestReaper.ProcessReaper");
    }

    public static Owners? Of(Compilation compilation) => new Owners(compilation) is { _xunit: null, _nunit: null, _reaper: null } ? null : new Owners(compilation);

    /// <summary>Whether a call is the fixture's Start or Track, or ProcessReaper.Start.</summary>
    public bool IsOwner(InvocationExpressionSyntax call, SemanticModel model, CancellationToken cancellation) =>
        model.GetSymbolInfo(call, cancellation).Symbol is IMethodSymbol { Name: "Start" or "Track", ContainingType: { } type } method
        && (type.IsSame(_xunit) || type.IsSame(_nunit) || type.IsSame(_reaper) && method.Name == "Start");
}
