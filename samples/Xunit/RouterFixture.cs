using TestReaper.Xunit;
using Xunit.Abstractions;

namespace TestReaper.Samples;

/// <summary>
/// Several servers in one fixture: two workers start first, then the router that needs them. They stop in reverse order.
/// </summary>
public sealed class RouterFixture(IMessageSink messageSink) : ServerProcessFixture(messageSink)
{
    private readonly List<Uri> _workers = [];

    public IReadOnlyList<Uri> Workers => _workers;

    protected override async Task OnStartingAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i < 2; i++)
        {
            var worker = await StartServerAsync(SampleServer($"worker-{i}"), cancellationToken);
            _workers.Add(worker.BaseAddress);
        }
    }

    // A real router takes its workers as arguments:
    // Arguments = [..., .. _workers.SelectMany(worker => new[] { "--worker-url", worker.ToString() })].
    protected override ServerProcessOptions CreateOptions() => SampleServer("router") with
    {
        Environment = new Dictionary<string, string?> { ["WORKER_URLS"] = string.Join(',', _workers) },
    };

    private static ServerProcessOptions SampleServer(string name) => new()
    {
        FileName = Path.Combine(AppContext.BaseDirectory, "SampleServer"),
        Arguments = ["--port", "{port}", "--workers", "1", "--data", Path.Combine(AppContext.BaseDirectory, name)],
        Readiness = Readiness.Http("/health"),
        StartupTimeout = TimeSpan.FromMinutes(1),
    };
}
