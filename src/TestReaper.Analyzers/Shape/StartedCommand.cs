using System.Collections.Generic;
using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers.Shape;

/// <summary>A command that the code starts, joined from all statements that set a part of it.</summary>
internal sealed class StartedCommand(SyntaxNode syntax, string file, IReadOnlyList<string> arguments)
{
    public SyntaxNode Syntax => syntax;

    public string File => file;

    public IReadOnlyList<string> Arguments => arguments;
}
