using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TestReaper.Analyzers.Flow;

/// <summary>
/// What a method of another type does with processes, read from its syntax. The model binds only the type that it checks, because
/// binding other files for each call would cost too much.
/// </summary>
internal sealed class SyntaxSummary
{
    private SyntaxSummary(bool startsProcess, bool findsProcess)
    {
        StartsProcess = startsProcess;
        FindsProcess = findsProcess;
    }

    /// <summary>Whether the method starts a process and returns it without storing it.</summary>
    public bool StartsProcess { get; }

    /// <summary>Whether the method looks up a running process, for example by GetProcessById.</summary>
    public bool FindsProcess { get; }

    /// <summary>Null if the method has no source.</summary>
    public static SyntaxSummary? FromMethod(IMethodSymbol method)
    {
        if (FindBody(method) is not { } body)
        {
            return null;
        }

        var calls = body.DescendantNodes().OfType<InvocationExpressionSyntax>().ToList();
        if (calls.Any(call => ProcessSyntax.ReadName(call) is var name
            && (name.StartsWith("GetProcess", StringComparison.Ordinal) || name == "GetCurrentProcess")))
        {
            return new SyntaxSummary(startsProcess: false, findsProcess: true);
        }

        var createsProcess = CreatesProcess(body);
        var starts = calls.Where(call => IsStart(call, createsProcess)).ToList();
        return new SyntaxSummary(startsProcess: starts.Count > 0 && !IsStored(body, starts), findsProcess: false);
    }

    /// <summary>
    /// Whether the method certainly does no more with its argument than read it, or wait for it for a limited time.
    /// </summary>
    public static bool OnlyReads(IMethodSymbol method, IParameterSymbol? parameter) =>
        parameter is not null
        && FindBody(method.ReducedFrom ?? method) is { } body
        && FindUses(body, parameter).All(use => ProcessSyntax.IsRead(use) || ProcessSyntax.IsLimitedWait(use))
        && !body.DescendantNodes().OfType<InvocationExpressionSyntax>()
            .Any(call => ProcessSyntax.ReadName(call).StartsWith("ReadToEnd", StringComparison.Ordinal));

    /// <summary>Whether the method waits for its argument with a timeout or a token.</summary>
    public static bool WaitsLimited(IMethodSymbol method, IParameterSymbol parameter) =>
        FindBody(method.ReducedFrom ?? method) is { } body && FindUses(body, parameter).Any(ProcessSyntax.IsLimitedWait);

    /// <summary>Whether the method passes on the pid in the parameter. Null if it has no source.</summary>
    public static bool? HandsOn(IMethodSymbol method, IParameterSymbol parameter) =>
        FindBody(method.ReducedFrom ?? method) is { } body ? PidSyntax.HandsOn(body, parameter.Name) : null;

    /// <summary>The body. Null if the method has no source.</summary>
    /// <remarks>Of a constructor the whole declaration, because its initializer may pass on a parameter.</remarks>
    public static SyntaxNode? FindBody(IMethodSymbol method) =>
        method.OriginalDefinition.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() switch
        {
            ConstructorDeclarationSyntax constructor => constructor,
            BaseMethodDeclarationSyntax declaration => (SyntaxNode?)declaration.Body ?? declaration.ExpressionBody,
            LocalFunctionStatementSyntax function => (SyntaxNode?)function.Body ?? function.ExpressionBody,
            _ => null,
        };

    private static IEnumerable<IdentifierNameSyntax> FindUses(SyntaxNode body, IParameterSymbol parameter) =>
        body.DescendantNodes().OfType<IdentifierNameSyntax>().Where(name => name.Identifier.ValueText == parameter.Name);

    private static bool CreatesProcess(SyntaxNode body) =>
        body.DescendantNodes().OfType<ObjectCreationExpressionSyntax>()
            .Any(creation => creation.Type.ToString() is "Process" or "System.Diagnostics.Process")
        || body.DescendantNodes().OfType<VariableDeclarationSyntax>().Any(declaration => declaration.Type.ToString() == "Process");

    private static bool IsStart(InvocationExpressionSyntax call, bool createsProcess) =>
        ProcessSyntax.ReadName(call) == "Start"
        && call.Expression is MemberAccessExpressionSyntax access
        && (createsProcess || access.Expression.ToString() is "Process" or "System.Diagnostics.Process");

    // The started process is passed on, assigned to a member, or waited for.
    private static bool IsStored(SyntaxNode body, List<InvocationExpressionSyntax> starts)
    {
        var locals = new HashSet<string>(body.DescendantNodes().OfType<VariableDeclaratorSyntax>().Select(local => local.Identifier.Text));
        return starts.Any(start => IsArgument(start, body))
            || body.DescendantNodes().OfType<AssignmentExpressionSyntax>().Any(assignment => IsStore(assignment, starts, locals))
            || body.DescendantNodes().OfType<ArgumentSyntax>().Any(argument => PassesProcess(argument, body))
            || body.DescendantNodes().OfType<InvocationExpressionSyntax>()
                .Any(call => ProcessSyntax.ReadName(call) is "WaitForExit" or "WaitForExitAsync");
    }

    private static bool IsArgument(InvocationExpressionSyntax start, SyntaxNode body) =>
        start.Ancestors().TakeWhile(node => node != body && node is not StatementSyntax).Any(node => node is ArgumentSyntax);

    private static bool IsStore(AssignmentExpressionSyntax assignment, List<InvocationExpressionSyntax> starts, HashSet<string> locals)
    {
        var assignsProcess = assignment.Right.DescendantNodesAndSelf().Any(node =>
            (node is InvocationExpressionSyntax call && starts.Contains(call))
            || (node is IdentifierNameSyntax name && locals.Contains(name.Identifier.Text) && assignment.Right == node));
        return assignsProcess && !(assignment.Left is IdentifierNameSyntax left && locals.Contains(left.Identifier.Text));
    }

    private static bool PassesProcess(ArgumentSyntax argument, SyntaxNode body) =>
        argument.Expression is IdentifierNameSyntax name
        && IsProcessLocal(body, name.Identifier.Text)
        && !ProcessSyntax.IsRead(name)
        && !(argument.Parent?.Parent is InvocationExpressionSyntax call && ProcessSyntax.ReadName(call) == "FromResult");

    private static bool IsProcessLocal(SyntaxNode body, string name) => body.DescendantNodes().OfType<VariableDeclaratorSyntax>()
        .Any(local => local.Identifier.Text == name
            && local.Initializer?.Value.ToString() is { } value
            && (value.Contains("Process.Start(") || value.Contains("new Process") || value.StartsWith("new()", StringComparison.Ordinal)));
}
