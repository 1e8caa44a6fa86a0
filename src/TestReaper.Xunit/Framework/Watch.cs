using System.Reflection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TestReaper.Leaks;
using TestReaper.Processes;

#if NUNIT
namespace TestReaper.NUnit;
#else
namespace TestReaper.Xunit;
#endif

/// <summary>One class or run as its attribute asks; asks nothing where there is none.</summary>
internal sealed class Watch
{
    private readonly ILogger _logger;
    private readonly LeakWindow? _scope;
    private readonly Exception? _refusal;

    private Watch(Func<LeakWindow?> begin, ILogger logger)
    {
        _logger = logger;
        try
        {
            _scope = LeakWindow.IsSupported ? begin() : null;
        }
        catch (ArgumentException error)
        {
            // An attribute that makes no sense is the class's failure, not the run's.
            _refusal = error;
        }
    }

    public static Watch None { get; } = new(static () => null, NullLogger.Instance);

    public bool IsActive => _scope is not null || _refusal is not null;

    public static Watch OfClass(TreeOwner owner, Type testClass, ILogger logger) =>
        new(() => AssertReaped.Rule(testClass) is { } rule ? LeakWindow.ForClass(owner, rule.ToRule()) : null, logger);

    public static Watch OfRun(string name, Assembly? assembly, ILogger logger) =>
        new(() => assembly?.GetCustomAttribute<AssertRunReapedAttribute>() is { } rule ? LeakWindow.ForRun(name, rule.ToRule()) : null, logger);

    /// <summary>What was left or wrong; null if nothing was.</summary>
    public async Task<Exception?> EndAsync() => _refusal ?? (_scope is null ? null : await _scope.EndAsync(_logger));
}
