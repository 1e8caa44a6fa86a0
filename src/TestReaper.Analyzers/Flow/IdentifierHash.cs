using System.Collections.Generic;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis.Text;

namespace TestReaper.Analyzers.Flow;

/// <summary>
/// Finds identifiers in a text by their hash, in one pass and without allocating a string for each. A hash collision can give a false
/// positive, never a false negative.
/// </summary>
internal static class IdentifierHash
{
    private const MethodImplOptions AggressiveOptimization = (MethodImplOptions)512; // netstandard2.0 has no name for it

    public static int Compute(string name)
    {
        var hash = 0;
        foreach (var letter in name)
        {
            hash = Append(hash, letter);
        }

        return hash;
    }

    public static HashSet<int> ComputeAll(IEnumerable<string> names)
    {
        var hashes = new HashSet<int>();
        foreach (var name in names)
        {
            hashes.Add(Compute(name));
        }

        return hashes;
    }

    // Tiered compilation would not optimize the loop before a short compilation ends.
    [MethodImpl(AggressiveOptimization)]
    public static bool IsAnyIn(string text, TextSpan span, HashSet<int> names)
    {
        var (hash, isInIdentifier) = (0, false);
        for (var i = span.Start; i < span.End; i++)
        {
            var letter = text[i];
            if (letter is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '_' or > '\x7f')
            {
                (hash, isInIdentifier) = (Append(hash, letter), true);
            }
            else if (isInIdentifier)
            {
                if (names.Contains(hash))
                {
                    return true;
                }

                (hash, isInIdentifier) = (0, false);
            }
        }

        return isInIdentifier && names.Contains(hash);
    }

    private static int Append(int hash, char letter) => unchecked((hash * 31) + letter);
}
