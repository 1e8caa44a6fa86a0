using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace TestReaper.Analyzers.Tests.Shape;

/// <summary>The references of a test project: the runtime, and stubs of a test framework and of TestReaper's package for it.</summary>
internal sealed class Suite
{
    private const string SystemUsings =
        "using System; using System.Collections.Generic; using System.Diagnostics; using System.IO; using System.Linq; "
        + "using System.Threading; using System.Threading.Tasks; ";

    private const string Usings = SystemUsings + "using TestReaper; ";

    /// <summary>The assemblies of the runtime, without those that this test project references.</summary>
    public static readonly ImmutableArray<MetadataReference> Runtime =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == Path.GetDirectoryName(typeof(object).Assembly.Location))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    public static readonly Suite XunitV2 = new(
        Usings + "using Xunit; using TestReaper.Xunit;", Compile("TestReaper.Xunit", [], "Xunit", "Shared"));

    public static readonly Suite XunitV3 = new(
        Usings + "using Xunit; using TestReaper.Xunit;", Compile("TestReaper.Xunit.V3", ["V3"], "Xunit", "Shared"));

    public static readonly Suite NUnit = new(
        Usings + "using NUnit.Framework; using TestReaper.NUnit;", Compile("TestReaper.NUnit", ["NUNIT"], "NUnit", "Shared"));

    public static readonly Suite None = new(SystemUsings, null);

    private Suite(string preamble, MetadataReference? package)
    {
        Preamble = preamble + Environment.NewLine;
        References = package is null ? Runtime : Runtime.Add(package);
    }

    /// <summary>The using directives before each source.</summary>
    public string Preamble { get; }

    public ImmutableArray<MetadataReference> References { get; }

    private static PortableExecutableReference Compile(string name, string[] symbols, params string[] stubs)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Shape", "Stubs");
        var parseOptions = CSharpParseOptions.Default.WithPreprocessorSymbols(symbols);
        var trees = stubs.Select(stub => CSharpSyntaxTree.ParseText(File.ReadAllText(Path.Combine(folder, stub + ".txt")), parseOptions));
        var options = new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable);
        var compilation = CSharpCompilation.Create(name, trees, Runtime, options);
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        return result.Success
            ? MetadataReference.CreateFromImage(image.ToArray())
            : throw new InvalidOperationException(string.Join(Environment.NewLine, result.Diagnostics));
    }
}
