using System.Collections.Generic;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis.Text;

namespace TestReaper.Analyzers.Flow;

/// <summary>Finds identifiers in a text by their hash, in one pass and without a string for each. May find one too many, never one too few.</summary>
internal static class IdentifierHash
{
    private const MethodImplOptions AggressiveOptimization = (MethodImplOptions)512; // has no name in netstandard2.0

    public static int Of(string name)
    {
        var hash = 0;
        foreach (var letter in name)
        {
            hash = Next(hash, letter);
        }

        return hash;
    }

    // The compiler is over before the runtime would optimize a loop by itself.
    [MethodImpl(AggressiveOptimization)]
    public static bool AnyIn(string text, TextSpan span, HashSet<int> names)
    {
        var (hash, isInside) = (0, false);
        for (var at = span.Start; at < span.End; at++)
        {
            var letter = text[at];
            if (letter is >= 'a' and <= 'z' or >= 'A' and <= 'Z' or >= '0' and <= '9' or '_' or > '\x7f')
            {
                (hash, isInside) = (Next(hash, letter), true);
            }
            else if (isInside)
            {
                if (names.Contains(hash))
                {
                    return true;
                }

                (hash, isInside) = (0, false);
            }
        }

        return isInside && names.Contains(hash);
    }

    private static int Next(int hash, char letter) => unchecked((hash * 31) + letter);
}
