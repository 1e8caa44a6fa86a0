#if NUNIT
using TestReaper.Leaks;

namespace TestReaper.NUnit;
#else
namespace TestReaper.Xunit;
#endif

/// <summary>
/// Fails the test class if a process that was started in its time outlives it. Looked at when the class is finished, after its
/// fixtures were disposed; what is still exiting passes if it is gone within the timeout, the rest is killed and reported as a
/// failed test of the class.
/// </summary>
/// <remarks>
/// Holds for subclasses, too; on an assembly it holds for every class. Not counted: what was running before and all below it,
/// what a collection fixture or a <see cref="SharedServer{TFixture}"/> still owns, the test platform, and build servers that
/// outlive their build. The test host becomes a subreaper (prctl(2), PR_SET_CHILD_SUBREAPER), so that daemons stay in sight.
/// Does nothing on an operating system that TestReaper does not support.
/// </remarks>
/// <param name="timeout">How many seconds what is still exiting may take; 0 looks once. Default 30.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Assembly, Inherited = true)]
public sealed partial class AssertReapedAttribute(int timeout = 30) : Attribute
{
    /// <summary>How many seconds what is still exiting may take; 0 looks once. Default 30.</summary>
    public int Timeout { get; } = timeout;

    /// <summary>
    /// Whether nothing else runs at the same time, so that every new descendant of the test host is this class's; the default.
    /// If false, the class may run in parallel, and only processes that went through TestReaper are asserted.
    /// </summary>
    public bool Exclusive { get; set; } = true;

    /// <summary>Names of programs that may stay, each with all below it: the file's name with or without extension, or its full path. Case matters.</summary>
    public string[] Ignore { get; set; } = [];

    internal Leaks.LeakCheckOptions ToRule() => Leaks.LeakCheckOptions.Of(Timeout, Exclusive, Ignore);
}
