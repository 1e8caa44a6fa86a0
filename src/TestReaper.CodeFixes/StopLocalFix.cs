using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Text;

namespace TestReaper.CodeFixes;

/// <summary>TR0001: tracks the process, or stops it in a finally.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class StopLocalFix() : FlowFix("TR0001", "Stop the process")
{
    private protected override IEnumerable<TextChange>? Fix(FixContext context) => LocalStop.Fix(context);
}
