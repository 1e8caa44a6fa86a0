using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers.Tests;

/// <summary>The parts of the test frameworks that the flow rules read. One project cannot reference the packages of all four.</summary>
internal static class Stubs
{
    public const string Usings =
        "using System; using System.Collections.Concurrent; using System.Collections.Generic; using System.ComponentModel; "
        + "using System.Diagnostics; using System.IO; using System.Linq; using System.Net.Http; "
        + "using System.Threading; using System.Threading.Tasks; "
        + "using Xunit; using NUnit.Framework; using Microsoft.VisualStudio.TestTools.UnitTesting;\n";

    private const string Namespaces =
        "namespace Xunit { } namespace NUnit.Framework { } namespace Microsoft.VisualStudio.TestTools.UnitTesting { }\n";

    private const string Assert = """
        public static class Assert
        {
            public static void True(bool? condition, string message = "") { }
            public static void False(bool? condition) { }
            public static void Equal(object expected, object actual) { }
            public static void AreEqual(object expected, object actual) { }
            public static void IsTrue(bool condition) { }
            public static void NotNull(object value) { }
            public static void IsNotNull(object value) { }
            public static Exception Throws<T>(Action action) => null;
            public static Exception Throws<T>(Func<object> action) => null;
            public static Exception ThrowsAny<T>(Action action) => null;
            public static T IsType<T>(object value) => default;
            public static void Fail(string message) { }
            public static void That(bool condition) { }
            public static void That(object actual, object constraint) { }
        }
        """;

    private const string XunitCommon = $$"""
        using System;
        public class FactAttribute : Attribute { public string Skip { get; set; } public int Timeout { get; set; } }
        public class TheoryAttribute : FactAttribute { }
        public interface IClassFixture<T> where T : class { }
        public interface ICollectionFixture<T> where T : class { }
        public class CollectionDefinitionAttribute(string name) : Attribute { public string Name => name; }
        public interface ITestOutputHelper { void WriteLine(string line); }
        {{Assert}}
        """;

    private const string XunitV2 = $$"""
        namespace Xunit
        {
            {{XunitCommon}}
            public interface IAsyncLifetime
            {
                System.Threading.Tasks.Task InitializeAsync();
                System.Threading.Tasks.Task DisposeAsync();
            }
        }
        """;

    private const string XunitV3 = $$"""
        namespace Xunit
        {
            {{XunitCommon}}
            public interface IAsyncLifetime : IAsyncDisposable { System.Threading.Tasks.ValueTask InitializeAsync(); }
            public class TestContext { }
        }
        """;

    private const string TUnit = $$"""
        global using TUnit.Core;
        namespace TUnit.Core
        {
            using System;
            {{Assert}}
            public enum HookType { Test, Class }
            public class TestAttribute : Attribute { }
            public class BeforeAttribute(HookType type) : Attribute { public HookType Type => type; }
            public class AfterAttribute(HookType type) : Attribute { public HookType Type => type; }
        }
        """;

    private const string Constraints =
        "public static class Is { public static object True => null; public static object False => null; "
        + "public static object EqualTo(object value) => null; }";

    private static readonly string[] NUnitAttributes =
        ["Test", "SetUp", "TearDown", "OneTimeSetUp", "OneTimeTearDown", "TestFixture", "SetUpFixture", "TestCase"];

    private static readonly string[] MSTestAttributes =
    [
        "TestClass", "TestMethod", "TestInitialize", "TestCleanup",
        "ClassInitialize", "ClassCleanup", "AssemblyInitialize", "AssemblyCleanup",
    ];

    public static IReadOnlyList<MetadataReference> Runtime { get; } =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => IsOfRuntime(Path.GetFileName(path)))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    // The global using of TUnit comes before any declaration.
    public static string ReadSource(Framework framework) => (framework == Framework.TUnit ? TUnit : "") + Namespaces + framework switch
    {
        Framework.XunitV2 => XunitV2,
        Framework.XunitV3 => XunitV3,
        Framework.NUnit => $"namespace NUnit.Framework {{ using System; {Assert} {Constraints} {CreateAttributes(NUnitAttributes)} }}",
        Framework.MSTest =>
            "namespace Microsoft.VisualStudio.TestTools.UnitTesting { using System; public class TestContext { } "
            + $"{Assert} {CreateAttributes(MSTestAttributes)} }}",
        _ => "",
    };

    private static bool IsOfRuntime(string name) =>
        name.StartsWith("System.", StringComparison.Ordinal)
        || name is "netstandard.dll" or "mscorlib.dll" or "Microsoft.Win32.Primitives.dll";

    private static string CreateAttributes(string[] names) => string.Concat(names.Select(name =>
        $"[AttributeUsage(AttributeTargets.All, AllowMultiple = true)] public class {name}Attribute : Attribute "
        + $"{{ public {name}Attribute(params object[] values) {{ }} }}\n"));
}
