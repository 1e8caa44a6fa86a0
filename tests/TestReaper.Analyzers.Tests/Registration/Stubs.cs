using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace TestReaper.Analyzers.Tests.Registration;

/// <summary>Assemblies with the parts of the test frameworks and of TestReaper's packages that the generator reads.</summary>
internal static class Stubs
{
    private static readonly MetadataReference[] Runtime =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(':')
            .Where(path => Path.GetFileName(path) is "System.Runtime.dll" or "System.Private.CoreLib.dll")
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    public static MetadataReference XunitV2 { get; } = Compile(
        "xunit.core",
        """
        namespace Xunit.Sdk { public interface ITestFrameworkAttribute { } }
        namespace Xunit
        {
            [System.AttributeUsage(System.AttributeTargets.Assembly)]
            public sealed class TestFrameworkAttribute : System.Attribute, Sdk.ITestFrameworkAttribute
            {
                public TestFrameworkAttribute(string typeName, string assemblyName) { }
            }
        }
        """);

    public static MetadataReference XunitV3 { get; } = Compile(
        "xunit.v3.core",
        """
        namespace Xunit.v3 { public interface ITestFrameworkAttribute { System.Type FrameworkType { get; } } }
        namespace Xunit
        {
            [System.AttributeUsage(System.AttributeTargets.Assembly)]
            public sealed class TestFrameworkAttribute(System.Type frameworkType) : System.Attribute, v3.ITestFrameworkAttribute
            {
                public System.Type FrameworkType { get; } = frameworkType;
            }
        }
        """);

    public static MetadataReference TestReaperXunit { get; } = Compile("TestReaper.Xunit", Framework);

    public static MetadataReference TestReaperXunitV3 { get; } = Compile("TestReaper.Xunit.V3", Framework);

    public static MetadataReference TestReaperNUnit { get; } = Compile(
        "TestReaper.NUnit",
        """
        namespace TestReaper.NUnit
        {
            [System.AttributeUsage(System.AttributeTargets.Assembly)]
            public sealed class TestReaperHookAttribute : System.Attribute { }
        }
        """);

    private const string Framework = "namespace TestReaper.Xunit { public sealed class TestReaperFramework { } }";

    public static CSharpCompilation Project(string source, params MetadataReference[] references) => CSharpCompilation.Create(
        "UserTests",
        [CSharpSyntaxTree.ParseText(source)],
        [.. Runtime, .. references],
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));

    private static PortableExecutableReference Compile(string name, string source)
    {
        using var image = new MemoryStream();
        var result = Project(source).WithAssemblyName(name).Emit(image);
        return result.Success
            ? MetadataReference.CreateFromImage(image.ToArray())
            : throw new InvalidOperationException($"{name}: {string.Join(Environment.NewLine, result.Diagnostics)}");
    }
}
