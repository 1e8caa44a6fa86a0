using System;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace TestReaper.Analyzers.Shape;

/// <summary>Decides whether a type contains the command that stops what another command detached, such as "docker rm".</summary>
internal static class StopCommands
{
    private static readonly Regex ForContainers = new(
        @"^(((docker|podman|nerdctl) )?(container |compose (\S+ )*)?(stop|kill|rm|down)\b)"
        + @"|\b(docker|podman|nerdctl) (container )?(stop|kill|rm)\b",
        RegexOptions.CultureInvariant);

    private static readonly Regex ForOthers = new(
        @"(^|[\s;&|/])(pkill|killall|kill|taskkill|Stop-Process|systemctl|kill-session|kill-server|quit)(\s|$|\.exe)",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase);

    public static bool ExistIn(INamedTypeSymbol type, string detached, CancellationToken cancellation)
    {
        var isContainer = detached.EndsWith(" -d", StringComparison.Ordinal) && !detached.StartsWith("tmux", StringComparison.Ordinal);
        var pattern = isContainer ? ForContainers : ForOthers;
        return type.DeclaringSyntaxReferences
            .SelectMany(reference => reference.GetSyntax(cancellation).DescendantTokens())
            .Any(token => IsString(token) && pattern.IsMatch(token.ValueText.Trim()));
    }

    private static bool IsString(SyntaxToken token) => token.Kind()
        is SyntaxKind.StringLiteralToken
        or SyntaxKind.InterpolatedStringTextToken
        or SyntaxKind.SingleLineRawStringLiteralToken
        or SyntaxKind.MultiLineRawStringLiteralToken;
}
