using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;
using TestReaper.Extensibility;
using ILogger = Microsoft.Extensions.Logging.ILogger;

namespace TestReaper.NUnit;

/// <summary>A class, set-up fixture or assembly from its start to its end, with its leak check and its failures.</summary>
internal sealed class RunningSuite
{
    private static readonly ILogger Logger = new LineLogger(TestContext.Progress.WriteLine);
    private readonly object _gate = new();
    private readonly List<Finding> _findings = [];
    private readonly ITest _suite;
    private readonly LeakCheck? _leakCheck;
    private ITestResult? _held;

    public RunningSuite(ITest suite)
    {
        _suite = suite;
        _leakCheck = suite switch
        {
            TestAssembly run =>
                LeakCheck.BeginForRun(run.Name, AssertRunReapedAttribute.Find(run.Assembly)?.ToOptions(), Logger),
            TestFixture { TypeInfo.Type: { } type } =>
                LeakCheck.BeginForClass(SuiteOwners.Get(suite), AssertReapedAttribute.Find(type)?.ToOptions(), Logger),
            _ => null,
        };
    }

    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>Whether failures may still be found at the end. Only then is a result held.</summary>
    public bool MayHaveFindings
    {
        get
        {
            if (_leakCheck is not null)
            {
                return true;
            }

            return _suite is TestAssembly
                ? !SharedFixtures.IsEmpty
                : _suite.TypeInfo?.Type is { } type && type.IsAssignableTo(typeof(ServerProcessFixture));
        }
    }

    public void Add(Finding finding)
    {
        lock (_gate)
        {
            _findings.Add(finding);
        }
    }

    /// <summary>Stops shared fixtures at the end of the run, and ends the leak check. Blocks until processes have exited.</summary>
    public void End()
    {
        if (_suite is TestAssembly)
        {
            foreach (var error in SharedFixtures.StopAllAsync().GetAwaiter().GetResult())
            {
                Add(new Finding($"[{nameof(ServerProcessFixture)}]", error));
            }
        }

        if (_leakCheck?.EndAsync().GetAwaiter().GetResult() is { } leak)
        {
            Add(new Finding(_leakCheck.Label, leak));
        }
    }

    /// <summary>Takes a result to hold, and returns the one that need not be held any longer.</summary>
    public ITestResult? Exchange(ITestResult result)
    {
        SuiteOwners.Get(_suite).HasFailures |= result.ResultState.Status == TestStatus.Failed;
        lock (_gate)
        {
            // Prefers to hold, and so to fail, a test that has run over a skipped one.
            if (_held is { ResultState.Status: not TestStatus.Skipped } && result.ResultState.Status == TestStatus.Skipped)
            {
                return result;
            }

            var earlier = _held;
            _held = result;
            return earlier;
        }
    }

    public ITestResult? Release()
    {
        lock (_gate)
        {
            var held = _held;
            _held = null;
            return held;
        }
    }
}
