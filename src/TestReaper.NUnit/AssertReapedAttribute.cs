using System.Reflection;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;
using TestReaper.Extensibility;

namespace TestReaper.NUnit;

/// <summary>
/// Fails the test class if a process that was started while it ran outlives it. The check runs after the fixtures of the class were
/// disposed. Processes that exit within the timeout pass. The others are killed, and the last test of the class fails.
/// </summary>
/// <remarks>
/// Applies to subclasses too; on an assembly it applies to every class. Not counted: processes that ran before the class and all their
/// descendants, processes of a set-up fixture or a <see cref="SharedServer{TFixture}"/>, the test platform, and build servers that
/// outlive their build. The test host becomes a subreaper (prctl(2), PR_SET_CHILD_SUBREAPER), so that daemons remain its descendants.
/// Does nothing on an operating system that TestReaper does not support.
/// </remarks>
/// <param name="timeout">How many seconds processes may take to exit; 0 checks once. Default 30.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Assembly, Inherited = true)]
public sealed class AssertReapedAttribute(int timeout = 30) : Attribute, IApplyToTest, IApplyToContext
{
    /// <summary>How many seconds processes may take to exit; 0 checks once. Default 30.</summary>
    public int Timeout { get; } = timeout;

    /// <summary>
    /// Whether the class runs alone, so that every new descendant of the test host belongs to it; the default. If false, the class may
    /// run in parallel, and only processes that were started through TestReaper are checked.
    /// </summary>
    public bool Exclusive { get; set; } = true;

    /// <summary>
    /// The programs that may keep running, each with all its descendants: file name with or without extension, or full path.
    /// Case-sensitive.
    /// </summary>
    public string[] Ignore { get; set; } = [];

    /// <summary>
    /// Whether it is recorded what the processes do before they are killed, within 10 s, in a file that the failure names. Default true.
    /// </summary>
    public bool FlightRecorder { get; set; } = true;

    /// <summary>Called by NUnit when it builds the tests.</summary>
    void IApplyToTest.ApplyToTest(Test test) => TestPreparation.Apply(test);

    /// <summary>Called by NUnit before the class runs.</summary>
    void IApplyToContext.ApplyToContext(TestExecutionContext context) => ReapListener.Install(context);

    /// <summary>Returns the attribute of a class, of one of its base classes, or of its assembly; null if there is none.</summary>
    internal static AssertReapedAttribute? Find(Type testClass) =>
        testClass.GetCustomAttribute<AssertReapedAttribute>(inherit: true)
        ?? testClass.Assembly.GetCustomAttribute<AssertReapedAttribute>();

    internal LeakCheckOptions ToOptions() => new()
    {
        Label = "[AssertReaped]",
        Timeout = TimeSpan.FromSeconds(Timeout),
        IsExclusive = Exclusive,
        Ignore = Ignore ?? [],
        FlightRecorder = FlightRecorder,
        IgnoreSyntax = "[AssertReaped(Ignore = [\"name\"])]",
    };
}
