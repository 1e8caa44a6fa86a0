using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers.Tests;

/// <summary>The frameworks that snippets are written for.</summary>
public enum Framework
{
    /// <summary>xUnit v2.</summary>
    XunitV2,

    /// <summary>xUnit v3.</summary>
    XunitV3,

    /// <summary>NUnit.</summary>
    NUnit,

    /// <summary>MSTest.</summary>
    MSTest,

    /// <summary>No test framework.</summary>
    None,
}

/// <summary>What of the frameworks the rules look at; real packages of all four cannot be referenced by one project.</summary>
internal static class Stubs
{
    public const string Usings = "using System; using System.Collections.Concurrent; using System.Collections.Generic; using System.Diagnostics; using System.IO; using System.Linq; using System.Net.Http; using System.Threading; using System.Threading.Tasks; using Xunit; using NUnit.Framework; using Microsoft.VisualStudio.TestTools.UnitTesting;\n";

    private static readonly string[] NUnitAttributes = ["Test", "SetUp", "TearDown", "OneTimeSetUp", "OneTimeTearDown", "TestFixture", "SetUpFixture", "TestCase"];
    private static readonly string[] MSTestAttributes = ["TestClass", "TestMethod", "TestInitialize", "TestCleanup", "ClassInitialize", "ClassCleanup", "AssemblyInitialize", "AssemblyCleanup"];

    private const string Namespaces = "namespace Xunit { } namespace NUnit.Framework { } namespace Microsoft.VisualStudio.TestTools.UnitTesting { }\n";

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
            public static T IsType<T>(object value) => default;
        }
        """;

    private const string XunitCommon = """
        namespace Xunit
        {
            using System;
            public class FactAttribute : Attribute { public string Skip { get; set; } public int Timeout { get; set; } }
            public class TheoryAttribute : FactAttribute { }
            public interface IClassFixture<T> where T : class { }
            public interface ICollectionFixture<T> where T : class { }
            public class CollectionDefinitionAttribute(string name) : Attribute { public string Name => name; }
            public interface ITestOutputHelper { void WriteLine(string line); }
        """;

    public static IEnumerable<MetadataReference> Runtime { get; } = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
        .Where(path => Path.GetFileName(path) is var name && (name.StartsWith("System.", StringComparison.Ordinal) || name is "netstandard.dll" or "mscorlib.dll" or "Microsoft.Win32.Primitives.dll"))
        .Select(path => MetadataReference.CreateFromFile(path)).ToList();

    public static string Of(Framework framework) => Namespaces + framework switch
    {
        Framework.XunitV2 => XunitCommon + Assert + " public interface IAsyncLifetime { System.Threading.Tasks.Task InitializeAsync(); System.Threading.Tasks.Task DisposeAsync(); } }",
        Framework.XunitV3 => XunitCommon + Assert + " public interface IAsyncLifetime : IAsyncDisposable { System.Threading.Tasks.ValueTask InitializeAsync(); } public class TestContext { } }",
        Framework.NUnit => "namespace NUnit.Framework { using System;" + Assert + string.Concat(NUnitAttributes.Select(Attribute)) + "}",
        Framework.MSTest => "namespace Microsoft.VisualStudio.TestTools.UnitTesting { using System; public class TestContext { }" + Assert + string.Concat(MSTestAttributes.Select(Attribute)) + "}",
        _ => "",
    };

    private static string Attribute(string name) => $"[AttributeUsage(AttributeTargets.All, AllowMultiple = true)] public class {name}Attribute : Attribute {{ public {name}Attribute(params object[] values) {{ }} }}\n";
}
