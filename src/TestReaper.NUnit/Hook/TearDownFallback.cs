using System.Reflection;
using System.Runtime.CompilerServices;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace TestReaper.NUnit;

/// <summary>
/// Ends the leak check in an additional OneTimeTearDown of the class, for a version of NUnit without the listener. It runs before the class
/// is disposed, and NUnit counts no failed test for its exception; therefore the listener is preferred.
/// </summary>
internal static class TearDownFallback
{
    public static void Inject(TestFixture fixture)
    {
        if (fixture.OneTimeTearDownMethods.Any(method => method is EndOfClass))
        {
            return;
        }

        // NUnit runs the methods of base classes last.
        var root = fixture.TypeInfo!.Type;
        while (root.BaseType is { } parent && parent != typeof(object))
        {
            root = parent;
        }

        SetOneTimeTearDownMethods(fixture, [new EndOfClass(root), .. fixture.OneTimeTearDownMethods]);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_OneTimeTearDownMethods")]
    private static extern void SetOneTimeTearDownMethods(TestSuite suite, IMethodInfo[] value);

    private sealed class EndOfClass(Type declaringType)
        : MethodWrapper(declaringType, typeof(EndOfClass).GetMethod(nameof(Run), BindingFlags.Public | BindingFlags.Static)!), IMethodInfo
    {
        public static void Run()
        {
            if (ReapListener.EndCurrent() is { Count: > 0 } findings)
            {
                throw findings.Count == 1 ? findings[0].Error : new AggregateException(findings.Select(finding => finding.Error));
            }
        }
    }
}
