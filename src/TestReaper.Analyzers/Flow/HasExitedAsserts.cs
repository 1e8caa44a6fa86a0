using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TestReaper.Analyzers.Flow;

/// <summary>Recognizes asserts that a process has exited.</summary>
internal static class HasExitedAsserts
{
    /// <summary>Whether the read of HasExited is asserted to be true.</summary>
    /// <example>Assert.True(process.HasExited), Assert.That(process.HasExited, Is.True), process.HasExited.Should().BeTrue()</example>
    public static bool Contain(IPropertyReferenceOperation property)
    {
        var calls = property.Ancestors()
            .TakeWhile(ancestor => ancestor is not (IUnaryOperation or IBinaryOperation or IConditionalOperation))
            .TakeWhile(ancestor => ancestor
                is not IExpressionStatementOperation { Parent: IBlockOperation { Parent: not IAnonymousFunctionOperation } })
            .OfType<IInvocationOperation>()
            .ToList();
        return calls.Any(AssertsTrue) && !calls.Any(AssertsFalse) && !calls.Any(Waits);
    }

    private static bool AssertsTrue(IInvocationOperation call) => call.TargetMethod.Name switch
    {
        "True" or "IsTrue" or "BeTrue" or "ShouldBeTrue" or "That" => true,
        "Equal" or "AreEqual" or "Be" or "ShouldBe" or "IsEqualTo" => call.Arguments.Any(argument =>
            Unwrap(argument.Value).ConstantValue is { HasValue: true, Value: true }),
        _ => false,
    };

    // Assert.That(process.HasExited, Is.False), Assert.That(process.HasExited).IsFalse()
    private static bool AssertsFalse(IInvocationOperation call) =>
        call.TargetMethod.Name is "IsFalse" or "BeFalse" or "ShouldBeFalse"
        || call.Arguments.SelectMany(argument => argument.Value.DescendantsAndSelf())
            .Any(inner => inner is IPropertyReferenceOperation { Property.Name: "False" or "Not" }
                || inner.ConstantValue is { HasValue: true, Value: false });

    // Assert.True(SpinWait.SpinUntil(() => process.HasExited, limit))
    private static bool Waits(IInvocationOperation call) =>
        call.Arguments.Any(argument => argument.Value is IDelegateCreationOperation) && !AssertsTrue(call);

    private static IOperation Unwrap(IOperation value) => value is IConversionOperation conversion ? Unwrap(conversion.Operand) : value;
}
