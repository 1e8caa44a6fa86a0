using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TestReaper.Analyzers.Flow;

/// <summary>One look, by syntax alone, into a method of another type: does it start a process and hand it out unrecorded?</summary>
internal sealed class SourceGlance
{
    private static readonly HashSet<string> Looks = new((
        "HasExited StandardOutput StandardError BeginOutputReadLine BeginErrorReadLine OutputDataReceived ErrorDataReceived EnableRaisingEvents StartInfo ProcessName StartTime Refresh "
        + "MainWindowHandle MainModule WorkingSet64 Threads WaitForInputIdle Responding TotalProcessorTime PriorityClass MachineName Modules PeakWorkingSet64 PrivateMemorySize64 Id").Split(' '));

    private SourceGlance(bool starts, bool finds)
    {
        Starts = starts;
        Finds = finds;
    }

    public bool Starts { get; }

    /// <summary>It asks the system for a process that runs already.</summary>
    public bool Finds { get; }

    public static SourceGlance? Of(IMethodSymbol method)
    {
        if (Body(method) is not { } body)
        {
            return null;
        }

        var calls = body.DescendantNodes().OfType<InvocationExpressionSyntax>().ToList();
        if (calls.Any(call => Name(call).StartsWith("GetProcess", StringComparison.Ordinal) || Name(call) == "GetCurrentProcess"))
        {
            return new SourceGlance(false, true);
        }

        var makes = body.DescendantNodes().OfType<ObjectCreationExpressionSyntax>().Any(creation => creation.Type.ToString() is "Process" or "System.Diagnostics.Process")
            || body.DescendantNodes().OfType<VariableDeclarationSyntax>().Any(declaration => declaration.Type.ToString() == "Process");
        var starts = calls.Where(call => Name(call) == "Start" && call.Expression is MemberAccessExpressionSyntax access && (access.Expression.ToString() is "Process" or "System.Diagnostics.Process" || makes)).ToList();
        return new SourceGlance(starts.Count > 0 && !IsRecorded(body, starts), false);
    }

    /// <summary>The method surely does nothing with the process but look at it.</summary>
    public static bool OnlyLooks(IMethodSymbol method, IParameterSymbol? parameter)
    {
        var definition = method.ReducedFrom ?? method;
        return parameter is not null && Body(definition) is { } body
            && body.DescendantNodes().OfType<IdentifierNameSyntax>().Where(name => name.Identifier.Text == parameter.Name).All(IsLook)
            && !body.DescendantNodes().OfType<InvocationExpressionSyntax>().Any(call => Name(call).StartsWith("ReadToEnd", StringComparison.Ordinal));
    }

    /// <summary>Reads a property that tells nothing about its end, or compares it with null.</summary>
    public static bool IsLook(ExpressionSyntax use) => use.Parent switch
    {
        MemberAccessExpressionSyntax access when access.Expression == use => Looks.Contains(access.Name.Identifier.Text) && !IsPidPassed(access) || IsTalk(access),
        ConditionalAccessExpressionSyntax access when access.Expression == use => access.WhenNotNull.DescendantNodesAndSelf().OfType<MemberBindingExpressionSyntax>().FirstOrDefault() is { } binding && Looks.Contains(binding.Name.Identifier.Text) && binding.Name.Identifier.Text != "Id",
        PostfixUnaryExpressionSyntax suppression => IsLook(suppression),
        IsPatternExpressionSyntax pattern => pattern.Pattern is ConstantPatternSyntax or UnaryPatternSyntax,
        BinaryExpressionSyntax binary => binary.IsKind(SyntaxKind.EqualsExpression) || binary.IsKind(SyntaxKind.NotEqualsExpression),
        ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call } => call.Expression.ToString() is { } target && (target == "nameof" || target.StartsWith("Assert.", StringComparison.Ordinal) || target.EndsWith(".ThrowIfNull", StringComparison.Ordinal)),
        _ => false,
    };

    // process.StandardInput.WriteLine("ping"): words that end it are not talk.
    private static bool IsTalk(MemberAccessExpressionSyntax access) =>
        access is { Name.Identifier.Text: "StandardInput", Parent: MemberAccessExpressionSyntax { Name.Identifier.Text: var verb, Parent: var use } }
        && (verb is "AutoFlush" || verb.StartsWith("Flush", StringComparison.Ordinal)
            || verb.StartsWith("Write", StringComparison.Ordinal) && use is InvocationExpressionSyntax call && call.ArgumentList.Arguments.All(argument => argument.Expression is not LiteralExpressionSyntax literal || !ProcessUse.IsFarewell(literal.Token.ValueText)));

    private static bool IsPidPassed(MemberAccessExpressionSyntax access) =>
        access.Name.Identifier.Text == "Id" && access.Ancestors().TakeWhile(node => node is not StatementSyntax).OfType<ArgumentSyntax>().LastOrDefault() is { Parent.Parent: InvocationExpressionSyntax call }
        && !(Name(call) is { } name && (name.Contains("Write") || name.Contains("Log") || call.Expression.ToString().StartsWith("Assert", StringComparison.Ordinal)));

    private static bool IsRecorded(SyntaxNode body, List<InvocationExpressionSyntax> starts)
    {
        var locals = new HashSet<string>(body.DescendantNodes().OfType<VariableDeclaratorSyntax>().Select(local => local.Identifier.Text));
        return starts.Any(start => start.Ancestors().TakeWhile(node => node != body && node is not StatementSyntax).Any(node => node is ArgumentSyntax))
            || body.DescendantNodes().OfType<AssignmentExpressionSyntax>().Any(assignment => assignment.Right.DescendantNodesAndSelf().Any(node => node is InvocationExpressionSyntax call && starts.Contains(call) || node is IdentifierNameSyntax name && locals.Contains(name.Identifier.Text) && assignment.Right == node)
                && !(assignment.Left is IdentifierNameSyntax left && locals.Contains(left.Identifier.Text)))
            || body.DescendantNodes().OfType<ArgumentSyntax>().Any(argument => argument.Expression is IdentifierNameSyntax name && IsProcessLocal(body, name.Identifier.Text) && !IsLook(name) && !IsFinishedTask(argument))
            || body.DescendantNodes().OfType<InvocationExpressionSyntax>().Any(call => Name(call) is "WaitForExit" or "WaitForExitAsync");
    }

    private static bool IsFinishedTask(ArgumentSyntax argument) => argument.Parent?.Parent is InvocationExpressionSyntax call && Name(call) == "FromResult";

    private static bool IsProcessLocal(SyntaxNode body, string name) => body.DescendantNodes().OfType<VariableDeclaratorSyntax>().Any(local =>
        local.Identifier.Text == name && local.Initializer?.Value.ToString() is { } value && (value.Contains("Process.Start(") || value.Contains("new Process") || value.StartsWith("new()", StringComparison.Ordinal)));

    private static SyntaxNode? Body(IMethodSymbol method) => method.OriginalDefinition.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() switch
    {
        BaseMethodDeclarationSyntax declaration => (SyntaxNode?)declaration.Body ?? declaration.ExpressionBody,
        _ => null,
    };

    private static string Name(InvocationExpressionSyntax call) => call.Expression switch
    {
        MemberAccessExpressionSyntax access => access.Name.Identifier.Text,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier.Text,
        SimpleNameSyntax name => name.Identifier.Text,
        _ => "",
    };
}
