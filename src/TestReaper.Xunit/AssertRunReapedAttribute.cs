using System.Reflection;
using TestReaper.Extensibility;

namespace TestReaper.Xunit;

/// <summary>
/// Fails the test run if a process that was started while it ran outlives it. The check runs after all tests of the assembly are
/// finished and all fixtures were disposed. Processes that are left then are killed and reported as an additional failed test.
/// </summary>
/// <param name="timeout">How many seconds processes may take to exit; 0 checks once. Default 30.</param>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class AssertRunReapedAttribute(int timeout = 30) : Attribute
{
    /// <summary>How many seconds processes may take to exit; 0 checks once. Default 30.</summary>
    public int Timeout { get; } = timeout;

    /// <summary>The programs that may keep running, as in <see cref="AssertReapedAttribute.Ignore"/>.</summary>
    public string[] Ignore { get; set; } = [];

    /// <summary>
    /// Whether it is recorded what the processes do before they are killed, within 10 s, in a file that the failure names. Default true.
    /// </summary>
    public bool FlightRecorder { get; set; } = true;

    /// <summary>Returns the attribute of an assembly; null if there is none.</summary>
    internal static AssertRunReapedAttribute? Find(Assembly? assembly) => assembly?.GetCustomAttribute<AssertRunReapedAttribute>();

    internal LeakCheckOptions ToOptions() => new()
    {
        Label = "[AssertRunReaped]",
        Timeout = TimeSpan.FromSeconds(Timeout),
        Ignore = Ignore ?? [],
        FlightRecorder = FlightRecorder,
        IgnoreSyntax = "[assembly: AssertRunReaped(Ignore = [\"name\"])]",
    };
}
