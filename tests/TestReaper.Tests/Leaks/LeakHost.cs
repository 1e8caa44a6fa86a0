using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Zoo;

namespace TestReaper.Tests.Leaks;

/// <summary>A process that performs the steps of a test class, and the registry of the processes that it starts.</summary>
public sealed class LeakHost : IDisposable
{
    private readonly ZooHost _host;

    public LeakHost(LayerSet? layers = null, IReadOnlyDictionary<string, string>? environment = null, params string[] options) =>
        _host = ZooHost.Start(ZooHost.Command(layers ?? LayerSet.All, [.. options, "--leak-scope"]), environment);

    public int Pid => _host.Pid;

    public ProcessRegistry Registry { get; } = new();

    public string GoFile => Path.Combine(Registry.Directory, ".go");

    /// <summary>The arguments with which a test program registers itself.</summary>
    public string[] Args(string role, params string[] args) => ["--registry", Registry.Directory, "--role", role, .. args];

    /// <summary>Begins the leak check of the class "Class".</summary>
    public Task BeginAsync(int seconds = 0, bool isExclusive = true, string owner = "Class", params string[] ignored) =>
        StepAsync("begun", ["begin", owner, $"{seconds}", isExclusive ? "exclusive" : "shared", .. ignored]);

    /// <summary>Starts the test program with Process.Start, and waits until it and its children have registered themselves.</summary>
    public async Task<int> StartAsync(string role, int processes, params string[] args)
    {
        var before = Registry.Registered().Count;
        var pid = (await StepAsync("started", ["start", TestProgram.Path, .. Args(role, args)])).Pid;
        await Registry.WaitForEntriesAsync(before + processes);
        return pid;
    }

    public async Task<int> StartAsync(string program, string[] args) => (await StepAsync("started", ["start", program, .. args])).Pid;

    /// <summary>Starts the test program through TestReaper, and waits until it and its children have registered themselves.</summary>
    public async Task<int> StartOwnedAsync(string how, string owner, string role, int processes, params string[] args)
    {
        var before = Registry.Registered().Count;
        var pid = (await StepAsync("started", [how, owner, TestProgram.Path, .. Args(role, args)])).Pid;
        await Registry.WaitForEntriesAsync(before + processes);
        return pid;
    }

    public Task<LeakAnswer> ReapAsync(string outcome) => StepAsync(outcome, ["reap"]);

    public Task<LeakAnswer> EndLeakyAsync() => StepAsync("leak", ["end"]);

    public Task<LeakAnswer> EndCleanAsync() => StepAsync("clean", ["end"]);

    public async Task<LeakAnswer> StepAsync(string outcome, string[] step)
    {
        _host.SendLine(step);
        var answer = await _host.ReadAsync<LeakAnswer>();
        Xunit.Assert.True(answer.Outcome == outcome, $"Expected {outcome} but it was {answer.Outcome}: {answer.Message}");
        return answer;
    }

    public void Dispose()
    {
        // The registry kills what is left, because such a process would keep the output of the host open.
        Registry.Dispose();
        _host.Dispose();
    }
}

/// <summary>The answer of the host to a step.</summary>
public sealed record LeakAnswer(
    string Outcome,
    string Message = "",
    int Pid = 0,
    double Milliseconds = 0,
    IReadOnlyList<int>? Pids = null,
    IReadOnlyList<string>? Warnings = null);
