using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TestReaper.Analyzers.Flow;

namespace TestReaper.Analyzers.Shape;

/// <summary>Recognizes the members of .NET 11 that start a process which is to outlive its parent.</summary>
internal static class DetachedApi
{
    private static readonly HashSet<string> None = [];

    /// <summary>The name of the member. Null for any other call, and for a command that exits by itself.</summary>
    public static string? Find(IInvocationOperation call, KnownSymbols symbols) =>
        call.TargetMethod is { Name: "StartAndForget", IsStatic: true }
        && call.TargetMethod.ContainingType.IsSame(symbols.Process)
        && !ShortLivedCommands.Contains(new StartCommandReader().ReadCall(call.Arguments), None) ? "Process.StartAndForget" : null;

    /// <summary>The name of the property, if it is set to true.</summary>
    public static string? Find(ISimpleAssignmentOperation assignment, KnownSymbols symbols) =>
        assignment is
        {
            Target: IPropertyReferenceOperation { Property: { Name: "StartDetached" } property },
            Value.ConstantValue: { HasValue: true, Value: true },
        }
        && property.ContainingType.IsSame(symbols.ProcessStartInfo) ? "ProcessStartInfo.StartDetached" : null;
}
