using System;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers.Flow;

/// <summary>Recognizes set-up and teardown methods by the names of their attributes.</summary>
internal static class TestMethodKinds
{
    /// <summary>Whether the function creates the object or prepares a test.</summary>
    public static bool IsSetUp(ISymbol function) =>
        function is IMethodSymbol method
        && (method.MethodKind is MethodKind.Constructor or MethodKind.StaticConstructor
            || method.Name == "InitializeAsync"
            || TestTypes.FindAttributeNames(method).Any(IsSetUpAttribute));

    /// <summary>Whether an attribute makes the test framework call the method after a test, a class or the run.</summary>
    public static bool IsTeardown(IMethodSymbol method) => TestTypes.FindAttributeNames(method).Any(name =>
        name.Contains("TearDown") || name.Contains("Cleanup") || name.StartsWith("After", StringComparison.Ordinal));

    /// <summary>Whether the method runs before each test.</summary>
    public static bool IsSetUpPerTest(ISymbol method) =>
        TestTypes.FindAttributeNames(method).Any(name => name is "SetUpAttribute" or "TestInitializeAttribute");

    /// <summary>Whether the method runs once, after all tests of a class or an assembly.</summary>
    public static bool IsOneTimeTeardown(ISymbol method) => TestTypes.FindAttributeNames(method)
        .Any(name => name is "OneTimeTearDownAttribute" or "ClassCleanupAttribute" or "AssemblyCleanupAttribute");

    private static bool IsSetUpAttribute(string name) =>
        name.Contains("SetUp") || name.Contains("Initialize") || name.StartsWith("Before", StringComparison.Ordinal);
}
