using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TestReaper.Analyzers.Shape;

/// <summary>Reads the file name and the arguments of a start from parameters and properties.</summary>
internal sealed class CommandReader(SemanticModel model, CancellationToken cancellation)
{
    public string? File { get; private set; }

    public List<string> Arguments { get; } = [];

    /// <summary>Reads the value of a parameter or property. Ignores any other than the file name and the arguments.</summary>
    public void Read(string? name, ExpressionSyntax? value)
    {
        if (value is null)
        {
            return;
        }

        if (name is "fileName" or "FileName")
        {
            File = ConstantText.Read(value, model, cancellation);
        }
        else if (name is "arguments" or "Arguments" or "ArgumentList")
        {
            Arguments.AddRange(ReadWords(value));
        }
    }

    // The value is either a command line or a list of words.
    private IEnumerable<string> ReadWords(ExpressionSyntax value) => ConstantText.FindElements(value) is { } elements
        ? elements.Select(element => ConstantText.Read(element, model, cancellation))
        : CommandLine.Split(ConstantText.Read(value, model, cancellation));
}
