using Microsoft.Extensions.Logging;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace TestReaper.Xunit;

internal static class Diagnostics
{
    /// <summary>Shown with "diagnosticMessages": true in xunit.runner.json.</summary>
    public static ILogger Logger(IMessageSink sink) => new LineLogger(message => sink.OnMessage(new DiagnosticMessage(message)));
}
