using System.Reflection;
using System.Runtime.CompilerServices;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace TestReaper.NUnit;

/// <summary>
/// Accesses the listener of NUnit, which is internal. No public hook of NUnit runs after a class was disposed.
/// </summary>
internal static class ListenerAccess
{
    /// <summary>A switch for tests: simulates a version of NUnit without the listener.</summary>
    private const string Switch = "TestReaper.NUnit.WithoutListener";

    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>Whether this version of NUnit has the listener.</summary>
    public static bool IsAvailable { get; } = !(AppContext.TryGetSwitch(Switch, out var isOff) && isOff)
        && typeof(TestExecutionContext).GetProperty("Listener", Members) is { CanRead: true, CanWrite: true };

    public static ITestListener Get(TestExecutionContext context) => GetListener(context);

    public static void Set(TestExecutionContext context, ITestListener listener) => SetListener(context, listener);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Listener")]
    private static extern ITestListener GetListener(TestExecutionContext context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_Listener")]
    private static extern void SetListener(TestExecutionContext context, ITestListener value);
}
