using TestReaper.Samples.Adapter;

namespace TestReaper.Samples;

/// <summary>The sample server: a launcher, two workers, and a scheduler that leaves the process tree.</summary>
public sealed class InferenceServer : ServerProcessFixture
{
    public override ServerProcessOptions CreateOptions() => new()
    {
        FileName = Path.Combine(AppContext.BaseDirectory, "SampleServer"),
        Arguments = ["--port", "{port}", "--workers", "2", "--data", Path.Combine(AppContext.BaseDirectory, "inference")],
        Readiness = Readiness.Http("/health"),
        StartupTimeout = TimeSpan.FromMinutes(1),
    };
}
