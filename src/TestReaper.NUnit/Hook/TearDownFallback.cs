using System.Reflection;
using System.Runtime.CompilerServices;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace TestReaper.NUnit;

/// <summary>
/// For a version of NUnit without the listener: a last OneTimeTearDown of the class, injected, looks what is left. It runs before
/// the class is disposed, and NUnit shows what it throws less well; that is why it is not the first choice.
/// </summary>
internal static class TearDownFallback
{
    public static void Inject(TestFixture fixture)
    {
        if (fixture.OneTimeTearDownMethods.Any(method => method is Check))
        {
            return;
        }

        // NUnit runs the methods of base classes last.
        var root = fixture.TypeInfo!.Type;
        while (root.BaseType is { } parent && parent != typeof(object))
        {
            root = parent;
        }

        SetOneTimeTearDownMethods(fixture, [new Check(root), .. fixture.OneTimeTearDownMethods]);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_OneTimeTearDownMethods")]
    private static extern void SetOneTimeTearDownMethods(TestSuite suite, IMethodInfo[] value);

    private sealed class Check(Type declaringType)
        : MethodWrapper(declaringType, typeof(Check).GetMethod(nameof(Run), BindingFlags.Public | BindingFlags.Static)!), IMethodInfo
    {
        public static void Run()
        {
            if (ReapListener.EndCurrent() is { Count: > 0 } findings)
            {
                throw findings.Count == 1 ? findings[0] : new AggregateException(findings);
            }
        }
    }
}
