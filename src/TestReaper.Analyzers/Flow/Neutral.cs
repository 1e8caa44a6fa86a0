using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TestReaper.Analyzers.Flow;

/// <summary>The calls that look at a process and never take it over: asserts, consoles, loggers.</summary>
internal static class Neutral
{
    private static readonly string[] LookingTypes =
    [
        "Assert", "ClassicAssert", "CollectionAssert", "StringAssert", "Assume", "Warn", "Console", "Debug", "Trace", "ITestOutputHelper", "TestOutputHelper", "TestContext", "ILogger", "LoggerExtensions",
        "TextWriter", "StreamWriter", "StringBuilder", "GC", "Object", "ArgumentNullException", "AssertionExtensions", "ShouldBeNullExtensions", "ShouldBeTestExtensions", "Should", "IMessageSink", "String", "Convert", "Int32",
        "Exception", "InvalidOperationException", "TimeoutException", "DiagnosticMessage",
    ];

    public static bool Is(IOperation call) => call switch
    {
        IInvocationOperation invocation => Is(invocation.TargetMethod),
        IObjectCreationOperation { Type: { } type } => LookingTypes.Contains(type.Name) || type.Name.EndsWith("Exception", System.StringComparison.Ordinal),
        _ => false,
    };

    public static bool Is(IMethodSymbol method) =>
        LookingTypes.Contains((method.ReducedFrom ?? method).ContainingType?.Name) || method.Name is "Should" or "WriteLine" or "Log" or "LogInformation" or "LogDebug" or "Equals" or "GetHashCode" or "ToString";
}
