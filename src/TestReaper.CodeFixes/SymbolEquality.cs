using Microsoft.CodeAnalysis;

namespace TestReaper.CodeFixes;

/// <summary>Compares symbols that may be null.</summary>
internal static class SymbolEquality
{
    public static bool IsSame(this ISymbol? symbol, ISymbol? other) => SymbolEqualityComparer.Default.Equals(symbol, other);
}
