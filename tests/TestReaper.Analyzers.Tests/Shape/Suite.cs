using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace TestReaper.Analyzers.Tests.Shape;

/// <summary>What a test project references: the runtime, and a test framework with TestReaper's package for it, in small.</summary>
internal sealed class Suite
{
    private const string Usings = "using System; using System.Collections.Generic; using System.Diagnostics; using System.IO; using System.Linq; using System.Threading; using System.Threading.Tasks; using TestReaper; ";

    /// <summary>All of the runtime, and nothing of what this test project references itself.</summary>
    public static readonly ImmutableArray<MetadataReference> Runtime = [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
        .Where(path => Path.GetDirectoryName(path) == Path.GetDirectoryName(typeof(object).Assembly.Location)).Select(path => MetadataReference.CreateFromFile(path))];

    public static readonly Suite XunitV2 = new(Usings + "using Xunit; using TestReaper.Xunit;", Compile("TestReaper.Xunit", [], "Xunit", "Shared"));
    public static readonly Suite XunitV3 = new(Usings + "using Xunit; using TestReaper.Xunit;", Compile("TestReaper.Xunit.V3", ["V3"], "Xunit", "Shared"));
    public static readonly Suite NUnit = new(Usings + "using NUnit.Framework; using TestReaper.NUnit;", Compile("TestReaper.NUnit", ["NUNIT"], "NUnit", "Shared"));
    public static readonly Suite None = new(Usings.Replace("using TestReaper; ", "", StringComparison.Ordinal), null);

    private Suite(string preamble, MetadataReference? package)
    {
        Preamble = preamble + Environment.NewLine;
        References = package is null ? Runtime : Runtime.Add(package);
    }

    /// <summary>The usings, in front of each source.</summary>
    public string Preamble { get; }

    public ImmutableArray<MetadataReference> References { get; }

    private static PortableExecutableReference Compile(string name, string[] symbols, params string[] stubs)
    {
        var options = CSharpParseOptions.Default.WithPreprocessorSymbols(symbols);
        var trees = stubs.Select(stub => CSharpSyntaxTree.ParseText(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Shape", "Stubs", stub + ".txt")), options));
        var compilation = CSharpCompilation.Create(name, trees, Runtime, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        return result.Success ? MetadataReference.CreateFromImage(image.ToArray()) : throw new InvalidOperationException(string.Join(Environment.NewLine, result.Diagnostics));
    }
}
