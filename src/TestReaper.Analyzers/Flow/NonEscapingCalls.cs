using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TestReaper.Analyzers.Flow;

/// <summary>The calls that read a process and never store it: asserts, consoles, loggers.</summary>
internal static class NonEscapingCalls
{
    private static readonly string[] Types =
    [
        "Assert", "ClassicAssert", "CollectionAssert", "StringAssert", "Assume", "Warn", "AssertionExtensions", "Should",
        "ShouldBeNullExtensions", "ShouldBeTestExtensions", "ITestOutputHelper", "TestOutputHelper", "TestContext", "IMessageSink",
        "DiagnosticMessage", "Console", "Debug", "Trace", "ILogger", "LoggerExtensions", "TextWriter", "StreamWriter", "StringBuilder",
        "GC", "Object", "String", "Convert", "Int32", "ArgumentNullException", "Exception", "InvalidOperationException",
        "TimeoutException",
    ];

    public static bool Contains(IOperation call) => call switch
    {
        IInvocationOperation invocation => Contains(invocation.TargetMethod),
        IObjectCreationOperation { Type.Name: var type } => Types.Contains(type) || type.EndsWith("Exception", StringComparison.Ordinal),
        _ => false,
    };

    private static bool Contains(IMethodSymbol method) =>
        Types.Contains((method.ReducedFrom ?? method).ContainingType?.Name)
        || method.Name is "Should" or "WriteLine" or "Log" or "LogInformation" or "LogDebug" or "Equals" or "GetHashCode" or "ToString";
}
