using System.Reflection;
using System.Runtime.CompilerServices;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace TestReaper.NUnit;

/// <summary>NUnit's listener, which it keeps to itself: the only one to hear of the end of a class after its disposal.</summary>
internal static class ListenerAccess
{
    /// <summary>For tests: lets this be a version of NUnit without it.</summary>
    private const string Switch = "TestReaper.NUnit.WithoutListener";

    /// <summary>Whether this version of NUnit has it.</summary>
    public static bool IsAvailable { get; } = !(AppContext.TryGetSwitch(Switch, out var isOff) && isOff)
        && typeof(TestExecutionContext).GetProperty("Listener", BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic) is { CanRead: true, CanWrite: true };

    public static ITestListener Get(TestExecutionContext context) => GetListener(context);

    public static void Set(TestExecutionContext context, ITestListener listener) => SetListener(context, listener);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Listener")]
    private static extern ITestListener GetListener(TestExecutionContext context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_Listener")]
    private static extern void SetListener(TestExecutionContext context, ITestListener value);
}
