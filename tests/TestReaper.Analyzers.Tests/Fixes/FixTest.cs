using System.Diagnostics.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Xunit;

namespace TestReaper.Analyzers.Tests.Fixes;

/// <summary>Applies the fix of one rule. Fixed code must compile, and the rule must be silent on it.</summary>
public abstract class FixTest<TFix>(string rule)
    where TFix : CodeFixProvider, new()
{
    /// <summary>The Process of .NET Framework: it has neither Kill(bool) nor WaitForExitAsync.</summary>
    private protected const string OldProcess = """
        namespace System.Diagnostics
        {
            public class Process : IDisposable
            {
                public int Id => 0;
                public bool HasExited => false;
                public static Process Start(string file) => null;
                public void Kill() { }
                public void WaitForExit() { }
                public void Dispose() { }
            }
        }
        """;

    private protected Task FixesAsync(
        [StringSyntax("c#-test")] string source, [StringSyntax("c#-test")] string fixedSource, Framework framework = Framework.XunitV2)
    {
        Assert.Contains("[|", source, StringComparison.Ordinal);
        return FlowTest.VerifyFixAsync<TFix>(rule, source, fixedSource, framework);
    }

    /// <summary>Checks that the rule reports the code, and that it offers no fix.</summary>
    private protected Task OffersNothingAsync([StringSyntax("c#-test")] string source, Framework framework = Framework.XunitV2)
    {
        var marked = source
            .Replace("[|", "{|" + rule + ":", StringComparison.Ordinal)
            .Replace("|]", "|}", StringComparison.Ordinal);
        return FixesAsync(source, marked, framework);
    }
}
