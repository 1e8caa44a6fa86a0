using TestReaper.Platform.Linux.Native;

namespace TestReaper.Platform.Linux.Launch;

/// <summary>PR_SET_CHILD_SUBREAPER of prctl(2). It applies to the whole process, so one thread at a time changes it.</summary>
internal static unsafe class SubreaperFlag
{
    private const int SetChildSubreaper = 36, GetChildSubreaper = 37;
    private static readonly object Gate = new();

    internal static bool TrySet()
    {
        lock (Gate)
        {
            return TryWrite(true);
        }
    }

    /// <summary>
    /// Runs an action without the flag, so that this process does not adopt the orphans that the action causes. Orphans of other origin
    /// are not adopted during that time either, so the action must be short. Afterwards the flag has its previous value.
    /// </summary>
    internal static void Without(Action action)
    {
        lock (Gate)
        {
            var wasSet = IsSet();
            try
            {
                _ = wasSet && TryWrite(false);
                action();
            }
            finally
            {
                _ = wasSet && TryWrite(true);
            }
        }
    }

    private static bool TryWrite(bool isSet) => LibC.prctl(SetChildSubreaper, isSet ? 1u : 0u, 0, 0, 0) == 0;

    private static bool IsSet()
    {
        int flag;
        return LibC.prctl(GetChildSubreaper, (nuint)(&flag), 0, 0, 0) == 0 && flag != 0;
    }
}
