#if NUNIT
using TestReaper.Leaks;

namespace TestReaper.NUnit;
#else
namespace TestReaper.Xunit;
#endif

/// <summary>
/// Fails the test run if a process that was started in its time outlives it, whoever started it. Looked at when all tests of the
/// assembly are finished and all fixtures were disposed; what is left then is killed and reported as a failed test.
/// </summary>
/// <param name="timeout">How many seconds what is still exiting may take; 0 looks once. Default 30.</param>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed partial class AssertRunReapedAttribute(int timeout = 30) : Attribute
{
    /// <summary>How many seconds what is still exiting may take; 0 looks once. Default 30.</summary>
    public int Timeout { get; } = timeout;

    /// <summary>Names of programs that may stay, as in <see cref="AssertReapedAttribute.Ignore"/>.</summary>
    public string[] Ignore { get; set; } = [];

    internal Leaks.LeakCheckOptions ToRule() => Leaks.LeakCheckOptions.Of(Timeout, isExclusive: true, Ignore);
}
