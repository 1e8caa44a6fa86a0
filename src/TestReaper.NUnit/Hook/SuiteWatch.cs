using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;
using TestReaper.Fixtures;
using ILogger = Microsoft.Extensions.Logging.ILogger;

namespace TestReaper.NUnit;

/// <summary>One class, set-up fixture or assembly from its start to its end.</summary>
internal sealed class SuiteWatch
{
    private static readonly ILogger Logger = new LineLogger(TestContext.Progress.WriteLine);
    private readonly object _gate = new();
    private readonly List<Exception> _findings = [];
    private readonly ITest _suite;
    private readonly Watch _watch;
    private ITestResult? _held;

    public SuiteWatch(ITest suite)
    {
        _suite = suite;
        _watch = suite switch
        {
            TestAssembly assembly => Watch.OfRun(assembly.Name, assembly.Assembly, Logger),
            TestFixture { TypeInfo.Type: { } type } => Watch.OfClass(Owners.For(suite), type, Logger),
            _ => Watch.None,
        };
    }

    public IReadOnlyList<Exception> Findings => _findings;

    /// <summary>Whether anything can still turn up at the end: only then is a result held back for it.</summary>
    public bool MayBlame => _watch.IsActive
        || (_suite is TestAssembly ? SharedFixtures.Any : _suite.TypeInfo?.Type is { } type && type.IsAssignableTo(typeof(ServerProcessFixture)));

    public void Blame(Exception error)
    {
        lock (_gate)
        {
            _findings.Add(error);
        }
    }

    /// <summary>Waits for what is still exiting.</summary>
    public void End()
    {
        if (_suite is TestAssembly)
        {
            SharedFixtures.StopAllAsync().GetAwaiter().GetResult().ToList().ForEach(Blame);
        }

        if (_watch.EndAsync().GetAwaiter().GetResult() is { } leak)
        {
            Blame(leak);
        }
    }

    /// <summary>Takes a result to hold, and gives back the one that need not be held any more.</summary>
    public ITestResult? Exchange(ITestResult result)
    {
        Owners.For(_suite).HasFailures |= result.ResultState.Status == TestStatus.Failed;
        lock (_gate)
        {
            // A test that has run is the better one to fail.
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
