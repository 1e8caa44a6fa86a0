using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TestReaper.Analyzers.Flow;

/// <summary>Recognizes, by syntax alone, uses of a process that only read it.</summary>
internal static class ProcessSyntax
{
    private static readonly HashSet<string> ReadOnlyMembers = new((
        "HasExited StandardOutput StandardError BeginOutputReadLine BeginErrorReadLine OutputDataReceived ErrorDataReceived "
        + "EnableRaisingEvents StartInfo ProcessName StartTime Refresh MainWindowHandle MainModule WorkingSet64 Threads "
        + "WaitForInputIdle Responding TotalProcessorTime PriorityClass MachineName Modules PeakWorkingSet64 PrivateMemorySize64 "
        + "Id").Split(' '));

    /// <summary>Whether the use neither stops the process, nor waits for it, nor passes it on.</summary>
    public static bool IsRead(ExpressionSyntax use) => use.Parent switch
    {
        MemberAccessExpressionSyntax access when access.Expression == use => IsMemberRead(access) || IsInput(access),
        ConditionalAccessExpressionSyntax access when access.Expression == use => IsConditionalRead(access),
        PostfixUnaryExpressionSyntax suppression => IsRead(suppression),
        IsPatternExpressionSyntax pattern => pattern.Pattern is ConstantPatternSyntax or UnaryPatternSyntax,
        BinaryExpressionSyntax binary => binary.IsKind(SyntaxKind.EqualsExpression) || binary.IsKind(SyntaxKind.NotEqualsExpression),
        ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call } => IsCheck(call.Expression.ToString()),
        _ => false,
    };

    /// <summary>The name of the called method; empty if the call has none.</summary>
    public static string ReadName(InvocationExpressionSyntax call) => call.Expression switch
    {
        MemberAccessExpressionSyntax access => access.Name.Identifier.Text,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier.Text,
        SimpleNameSyntax name => name.Identifier.Text,
        _ => "",
    };

    /// <summary>Whether the call only shows or checks its arguments.</summary>
    public static bool IsOutput(InvocationExpressionSyntax call) =>
        ReadName(call) is var name
        && (name.Contains("Write") || name.Contains("Log") || name.StartsWith("Append", StringComparison.Ordinal)
            || call.Expression.ToString().StartsWith("Assert", StringComparison.Ordinal));

    /// <summary>Whether the use waits for the exit with a timeout or a token.</summary>
    public static bool IsLimitedWait(ExpressionSyntax use)
    {
        var call = use.Parent switch
        {
            MemberAccessExpressionSyntax access when access.Expression == use => access.Parent as InvocationExpressionSyntax,
            ConditionalAccessExpressionSyntax access when access.Expression == use => access.WhenNotNull as InvocationExpressionSyntax,
            _ => null,
        };
        return call is { ArgumentList.Arguments.Count: > 0 }
            && ReadName(call) is "WaitForExit" or "WaitForExitAsync"
            && !call.ArgumentList.Arguments.Any(argument => argument.ToString() is "-1" or "Timeout.Infinite" or "CancellationToken.None");
    }

    private static bool IsMemberRead(MemberAccessExpressionSyntax access) =>
        ReadOnlyMembers.Contains(access.Name.Identifier.Text) && !PassesPid(access);

    private static bool IsConditionalRead(ConditionalAccessExpressionSyntax access) =>
        access.WhenNotNull.DescendantNodesAndSelf().OfType<MemberBindingExpressionSyntax>().FirstOrDefault() is { } binding
        && ReadOnlyMembers.Contains(binding.Name.Identifier.Text)
        && binding.Name.Identifier.Text != "Id";

    private static bool IsCheck(string method) =>
        method == "nameof"
        || method.StartsWith("Assert.", StringComparison.Ordinal)
        || method.EndsWith(".ThrowIfNull", StringComparison.Ordinal);

    // process.StandardInput.WriteLine("ping"). A line such as "quit" ends the process, so it is not a read.
    private static bool IsInput(MemberAccessExpressionSyntax access) =>
        access is
        {
            Name.Identifier.Text: "StandardInput",
            Parent: MemberAccessExpressionSyntax { Name.Identifier.Text: var method, Parent: var use },
        }
        && (method is "AutoFlush"
            || method.StartsWith("Flush", StringComparison.Ordinal)
            || (method.StartsWith("Write", StringComparison.Ordinal) && use is InvocationExpressionSyntax call && !WritesFarewell(call)));

    private static bool WritesFarewell(InvocationExpressionSyntax call) => call.ArgumentList.Arguments.Any(argument =>
        argument.Expression is LiteralExpressionSyntax literal && ProcessUse.IsFarewell(literal.Token.ValueText));

    // The receiver of the pid may kill the process. Asserts and logs don't.
    private static bool PassesPid(MemberAccessExpressionSyntax access) =>
        access.Name.Identifier.Text == "Id"
        && access.Ancestors().TakeWhile(node => node is not StatementSyntax).OfType<ArgumentSyntax>().LastOrDefault()
            is { Parent.Parent: InvocationExpressionSyntax call }
        && !IsOutput(call);
}
