using TestReaper.Xunit;
using Xunit.Abstractions;

namespace TestReaper.Samples;

/// <summary>Starts the sample server: a launcher, two workers, and a scheduler that daemonizes.</summary>
public sealed class InferenceServerFixture(IMessageSink messageSink) : ServerProcessFixture(messageSink)
{
    protected override ServerProcessOptions CreateOptions() => new()
    {
        FileName = Path.Combine(AppContext.BaseDirectory, "SampleServer"),
        Arguments = ["--port", "{port}", "--workers", "2", "--data", Path.Combine(AppContext.BaseDirectory, "inference")],
        Readiness = Readiness.Http("/health"),
        StartupTimeout = TimeSpan.FromMinutes(1),
    };
}
