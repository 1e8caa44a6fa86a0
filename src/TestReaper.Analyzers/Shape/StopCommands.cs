using System;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace TestReaper.Analyzers.Shape;

/// <summary>Whether a type also says how to stop what it detached, such as "docker rm".</summary>
internal static class StopCommands
{
    private static readonly Regex OfContainers = new(@"^(((docker|podman|nerdctl) )?(container |compose (\S+ )*)?(stop|kill|rm|down)\b)|\b(docker|podman|nerdctl) (container )?(stop|kill|rm)\b", RegexOptions.CultureInvariant);
    private static readonly Regex OfOthers = new(@"(^|[\s;&|/])(pkill|killall|kill|taskkill|Stop-Process|systemctl|kill-session|kill-server|quit)(\s|$|\.exe)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase);

    public static bool AreIn(INamedTypeSymbol type, string detached, CancellationToken cancellation)
    {
        var isContainer = detached.EndsWith(" -d", StringComparison.Ordinal) && !detached.StartsWith("tmux", StringComparison.Ordinal);
        var words = isContainer ? OfContainers : OfOthers;
        return type.DeclaringSyntaxReferences.Any(reference => reference.GetSyntax(cancellation).DescendantTokens().Any(token =>
            token.Kind() is SyntaxKind.StringLiteralToken or SyntaxKind.InterpolatedStringTextToken or SyntaxKind.SingleLineRawStringLiteralToken or SyntaxKind.MultiLineRawStringLiteralToken
            && words.IsMatch(token.ValueText.Trim())));
    }
}
