using Microsoft.Extensions.Logging;

namespace TestReaper.Xunit;

internal static class Diagnostics
{
    /// <summary>Shown with "diagnosticMessages": true in xunit.runner.json.</summary>
    public static ILogger Logger { get; } = new LineLogger(message => TestContext.Current.SendDiagnosticMessage(message));
}
