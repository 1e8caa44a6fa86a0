using System.Runtime.CompilerServices;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace TestReaper.NUnit;

/// <summary>NUnit's listener, which it keeps to itself: the only one to hear of the end of a class after its disposal.</summary>
internal static class ListenerAccess
{
    /// <summary>Null if this version of NUnit has no such member.</summary>
    public static ITestListener? Get(TestExecutionContext context)
    {
        try
        {
            return GetListener(context);
        }
        catch (MissingMemberException)
        {
            return null;
        }
    }

    public static void Set(TestExecutionContext context, ITestListener listener) => SetListener(context, listener);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Listener")]
    private static extern ITestListener GetListener(TestExecutionContext context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_Listener")]
    private static extern void SetListener(TestExecutionContext context, ITestListener value);
}
