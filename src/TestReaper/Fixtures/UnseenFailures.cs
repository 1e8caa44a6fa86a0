using System.Runtime.ExceptionServices;

namespace TestReaper.Fixtures;

/// <summary>
/// The failed start of a fixture and the deaths of its servers. A test sees them when it uses the server. What no test has seen is thrown
/// by the stop: a class whose tests do not need the server, or only get a refused connection, must not hide it.
/// </summary>
internal sealed class UnseenFailures
{
    private ExceptionDispatchInfo? _startFailure;
    private bool _isStartFailureSeen;

    /// <summary>Keeps the failure of a start or restart. The first one stays.</summary>
    /// <param name="error">The failure.</param>
    /// <param name="isSeen">Whether the stop need not throw it, because it was thrown elsewhere or was requested by a cancellation.</param>
    public void KeepStartFailure(Exception error, bool isSeen)
    {
        if (_startFailure is null)
        {
            (_startFailure, _isStartFailureSeen) = (ExceptionDispatchInfo.Capture(error), isSeen);
        }
    }

    /// <summary>Throws the failure of the start, if there is one.</summary>
    public void ThrowStartFailure()
    {
        if (_startFailure is not null)
        {
            _isStartFailureSeen = true;
            _startFailure.Throw();
        }
    }

    /// <summary>The recording of a server that was not ready in time; null without one.</summary>
    public string? StacksFile => (_startFailure?.SourceException as ServerStartException)?.StacksFile;

    /// <summary>The failures that no test has seen. They count as seen from now on.</summary>
    public IReadOnlyList<Exception> Take(IEnumerable<ServerProcess> servers)
    {
        var failures = new List<Exception>();
        if (_startFailure is not null && !_isStartFailureSeen)
        {
            failures.Add(_startFailure.SourceException);
        }

        _isStartFailureSeen = true;
        failures.AddRange(servers.Select(server => server.Exits).Where(exits => exits is { IsReported: false })
            .Select(exits => exits!.CreateFailure()).OfType<Exception>());
        return failures;
    }
}
