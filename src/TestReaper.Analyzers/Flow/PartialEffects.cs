using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TestReaper.Analyzers.Flow;

/// <summary>Recognizes effects that happen only on one operating system, or only if a caller asks for them.</summary>
internal static class PartialEffects
{
    /// <summary>The effects, without the partial ones if only those release the process.</summary>
    public static IReadOnlyList<Effect> Exclude(IReadOnlyList<Effect> effects, StartSite site, FlowFacts facts)
    {
        var whole = effects.Where(effect => !IsPartial(effect, effects, site, facts)).ToList();
        return Releases.ExistIn(whole) ? effects : whole;
    }

    private static bool IsPartial(Effect effect, IReadOnlyList<Effect> effects, StartSite site, FlowFacts facts)
    {
        if (!effect.IsIn(site.Point.Function) || effect.Kind == EffectKind.Return)
        {
            return false;
        }

        foreach (var (ancestor, child) in effect.Operation.AncestorsWithChild())
        {
            if (ancestor is IConditionalOperation branch
                && !ReferenceEquals(branch.Condition, child)
                && !Contains(branch, site.Start)
                && (IsPlatformTest(branch.Condition) || IsFlag(branch.Condition, facts)))
            {
                var other = ReferenceEquals(branch.WhenTrue, child) ? branch.WhenFalse : branch.WhenTrue;
                return other is null || !effects.Any(also => Contains(other, also.Operation));
            }
        }

        return false;
    }

    private static bool Contains(IOperation outer, IOperation inner) =>
        outer.Syntax.SyntaxTree == inner.Syntax.SyntaxTree && outer.Syntax.Span.Contains(inner.Syntax.Span);

    private static bool IsPlatformTest(IOperation condition) => condition switch
    {
        IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not => IsPlatformTest(not.Operand),
        IInvocationOperation { TargetMethod: { Name: var name, ContainingType.Name: "OperatingSystem" or "RuntimeInformation" } } =>
            name.StartsWith("Is", System.StringComparison.Ordinal),
        _ => false,
    };

    // A parameter that at least one caller leaves false.
    private static bool IsFlag(IOperation condition, FlowFacts facts) => condition switch
    {
        IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd } and =>
            IsFlag(and.LeftOperand, facts) || IsFlag(and.RightOperand, facts),
        IParameterReferenceOperation { Parameter: { Type.SpecialType: SpecialType.System_Boolean } flag } =>
            flag is { HasExplicitDefaultValue: true, ExplicitDefaultValue: false } || IsGivenFalse(flag, facts),
        _ => false,
    };

    private static bool IsGivenFalse(IParameterSymbol flag, FlowFacts facts) => facts.Calls
        .Where(call => SymbolEqualityComparer.Default.Equals(call.Callee, flag.ContainingSymbol.OriginalDefinition))
        .SelectMany(call => call.Call.ChildOperations.OfType<IArgumentOperation>())
        .Any(argument => argument is { Value.ConstantValue: { HasValue: true, Value: false }, Parameter.Ordinal: var ordinal }
            && ordinal == flag.Ordinal);
}
