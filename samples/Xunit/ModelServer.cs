using TestReaper.Xunit;

namespace TestReaper.Samples;

/// <summary>One server for many test classes. It starts when the first class needs it, and is reaped when all tests are done.</summary>
public sealed class ModelServer : ServerProcessFixture
{
    protected override ServerProcessOptions CreateOptions() => new()
    {
        FileName = Path.Combine(AppContext.BaseDirectory, "SampleServer"),
        Arguments = ["--port", "{port}", "--workers", "1", "--data", Path.Combine(AppContext.BaseDirectory, "models")],
        Readiness = Readiness.Http("/health"),
        StartupTimeout = TimeSpan.FromMinutes(1),
    };
}
