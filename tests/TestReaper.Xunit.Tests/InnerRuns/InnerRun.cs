using System.Collections.Concurrent;
using System.Reflection;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace TestReaper.Xunit.Tests.InnerRuns;

/// <summary>
/// Runs test classes of this assembly with the real xUnit inside a test, which then has their results and sees which processes live
/// when their fixtures are disposed. The classes are internal, so that an ordinary run does not find them.
/// </summary>
internal sealed class InnerRun : LongLivedMarshalByRefObject, IMessageSink
{
    private readonly TaskCompletionSource _finished = new();
    private readonly List<ITestCase> _cases = [];
    private TaskCompletionSource _discovered = new();
    private readonly ConcurrentQueue<string> _results = new();
    private readonly ConcurrentQueue<string> _outputs = new();

    /// <summary>A line for each test: <c>passed NAME</c>, <c>skipped NAME: REASON</c>, <c>failed NAME: MESSAGE</c>.</summary>
    public IReadOnlyList<string> Results => [.. _results];

    /// <summary>The text that each passed test wrote to its ITestOutputHelper.</summary>
    public IReadOnlyList<string> Outputs => [.. _outputs];

    public ListSink Diagnostics { get; } = new();

    public static async Task<InnerRun> OfAsync(params Type[] classes)
    {
        var run = new InnerRun();
        var assembly = Reflector.Wrap(Assembly.GetExecutingAssembly());
        using var framework = new XunitTestFramework(run.Diagnostics);
        using var discoverer = framework.GetDiscoverer(assembly);
        foreach (var type in classes)
        {
            run._discovered = new TaskCompletionSource();
            discoverer.Find(type.FullName, includeSourceInformation: false, run, new FrameworkOptions());
            await run._discovered.Task;
        }

        using var executor = framework.GetExecutor(Assembly.GetExecutingAssembly().GetName());

        // As an editor does, which discovers in another process.
        executor.RunTests(run._cases.Select(discoverer.Serialize).Select(executor.Deserialize).ToList(), run, new FrameworkOptions());
        await run._finished.Task;
        return run;
    }

    public bool OnMessage(IMessageSinkMessage message)
    {
        switch (message)
        {
            case ITestCaseDiscoveryMessage found:
                _cases.Add(found.TestCase);
                break;
            case IDiscoveryCompleteMessage:
                _discovered.TrySetResult();
                break;
            case ITestPassed passed:
                _results.Enqueue($"passed {passed.TestMethod.Method.Name}");
                _outputs.Enqueue(passed.Output);
                break;
            case ITestSkipped skipped:
                _results.Enqueue($"skipped {skipped.TestMethod.Method.Name}: {skipped.Reason}");
                break;
            case ITestFailed failed:
                _results.Enqueue($"failed {failed.TestMethod.Method.Name}: {string.Join(Environment.NewLine, failed.Messages)}");
                break;
            case IErrorMessage error:
                _results.Enqueue($"{error.GetType().Name}: {string.Join(Environment.NewLine, error.Messages)}");
                break;
            case ITestAssemblyFinished:
                _finished.TrySetResult();
                break;
            default:
                break;
        }

        return true;
    }

    private sealed class FrameworkOptions : ITestFrameworkDiscoveryOptions, ITestFrameworkExecutionOptions
    {
        private readonly Dictionary<string, object?> _values = [];

        public TValue GetValue<TValue>(string name) => _values.TryGetValue(name, out var value) ? (TValue)value! : default!;

        public void SetValue<TValue>(string name, TValue value) => _values[name] = value;
    }
}
