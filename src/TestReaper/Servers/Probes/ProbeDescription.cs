using System.Runtime.CompilerServices;
using TestReaper.Platform;

namespace TestReaper.Servers.Probes;

/// <summary>The description of a probe. Users write probes as well: their property may throw, block or return nothing of use.</summary>
internal static class ProbeDescription
{
    private const int MaxLength = 1000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);
    private static readonly ConditionalWeakTable<IReadinessProbe, TaskCompletionSource<string>> Known = [];

    /// <summary>Reads it once, for a second at most. The name of the type replaces one that cannot be used.</summary>
    public static string Of(IReadinessProbe probe)
    {
        Task.WaitAll([.. ProbeTree.Flatten(probe).Select(part => Known.GetValue(part, Read).Task)], Limit);
        return Compose(probe);
    }

    private static string Compose(IReadinessProbe probe) => probe switch
    {
        AllProbe all => string.Join(" and ", all.Probes.Select(part => part is AnyProbe ? $"({Compose(part)})" : Compose(part))),
        AnyProbe any => string.Join(" or ", any.Probes.Select(part => part is AllProbe ? $"({Compose(part)})" : Compose(part))),
        _ => Known.GetValue(probe, Read) is var text && text.TrySetResult(probe.GetType().Name)
            ? probe.GetType().Name : text.Task.Result,
    };

    private static TaskCompletionSource<string> Read(IReadinessProbe probe)
    {
        var text = new TaskCompletionSource<string>();
        if (probe.GetType().Assembly == typeof(ProbeDescription).Assembly)
        {
            text.SetResult(probe.Description);
        }
        else
        {
            BackgroundThread.TryStart("TestReaper probe description", ReadOnThread);
        }

        return text;

        void ReadOnThread()
        {
            string? description = null;
            try
            {
                description = probe.Description;
            }
            catch (Exception)
            {
                // The name of the type is used.
            }

            text.TrySetResult(description is { Length: > 0 and <= MaxLength } ? description : probe.GetType().Name);
        }
    }
}
