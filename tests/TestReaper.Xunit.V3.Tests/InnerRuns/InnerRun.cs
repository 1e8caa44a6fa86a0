using System.Collections.Concurrent;
using System.Reflection;
using Xunit;
using Xunit.Runner.Common;
using Xunit.Sdk;
using Xunit.v3;

namespace TestReaper.Xunit.Tests.InnerRuns;

/// <summary>
/// Runs a test class of this assembly with the real xUnit inside a test. The classes are internal, so that an ordinary run does not find
/// them.
/// </summary>
internal sealed class InnerRun : IMessageSink
{
    private readonly ConcurrentQueue<string> _results = new();
    private readonly ConcurrentDictionary<string, string> _methods = [];

    /// <summary>A line for each test: <c>passed NAME</c>, <c>skipped NAME: REASON</c>, <c>failed NAME: MESSAGE</c>.</summary>
    public IReadOnlyList<string> Results => [.. _results];

    public static async Task<InnerRun> OfAsync(Type type)
    {
        var run = new InnerRun();
        var assembly = new XunitTestAssembly(Assembly.GetExecutingAssembly(), null);
        var cases = new List<string>();
        await using var discoverer = new XunitTestFrameworkDiscoverer(assembly);
        await discoverer.Find(
            testCase =>
            {
                // As an editor does, which discovers in another process.
                cases.Add(SerializationHelper.Instance.Serialize(testCase));
                return new(true);
            },
            TestFrameworkOptions.ForDiscovery(new TestAssemblyConfiguration { PreEnumerateTheories = true }),
            [type]);
        var executor = new XunitTestFrameworkExecutor(assembly);
        await executor.RunTestCases(
            [.. cases.Select(one => SerializationHelper.Instance.Deserialize<IXunitTestCase>(one)!)],
            run,
            TestFrameworkOptions.ForExecution(new TestAssemblyConfiguration()),
            CancellationToken.None);
        return run;
    }

    public bool OnMessage(IMessageSinkMessage message)
    {
        switch (message)
        {
            case ITestMethodStarting starting:
                _methods[starting.TestMethodUniqueID!] = starting.MethodName;
                break;
            case ITestPassed passed:
                _results.Enqueue($"passed {_methods[passed.TestMethodUniqueID!]}");
                break;
            case ITestSkipped skipped:
                _results.Enqueue($"skipped {_methods[skipped.TestMethodUniqueID!]}: {skipped.Reason}");
                break;
            case ITestFailed failed:
                _results.Enqueue($"failed {_methods[failed.TestMethodUniqueID!]}: {string.Join(Environment.NewLine, failed.Messages)}");
                break;
            case IErrorMetadata error:
                _results.Enqueue($"{error.GetType().Name}: {string.Join(Environment.NewLine, error.Messages)}");
                break;
            default:
                break;
        }

        return true;
    }
}
