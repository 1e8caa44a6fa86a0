using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers.Flow;

/// <summary>An operation, with the member whose code contains it.</summary>
/// <remarks>
/// A class and not a value tuple, like all elements of collections here: the runtime compiles a generic method once for all classes and
/// again for each struct, which a short build never earns back.
/// </remarks>
internal sealed class OwnedOperation(IOperation operation, ISymbol owner)
{
    public IOperation Operation => operation;

    public ISymbol Owner => owner;
}
