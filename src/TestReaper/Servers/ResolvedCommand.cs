using TestReaper.Platform;
using TestReaper.Secrets;

namespace TestReaper.Servers;

/// <summary>The command of one start with everything filled in: ports, scope, the program's path.</summary>
/// <param name="Spec">What the platform launches.</param>
/// <param name="Mask">Masks the secrets of its arguments and environment.</param>
/// <param name="CommandLine">For messages, secrets masked.</param>
/// <param name="Temp">The server's own temporary directory, already created; null if it was not asked for.</param>
/// <param name="Files">The directory with the files of the options, already written; null if there are none.</param>
internal sealed record ResolvedCommand(LaunchSpec Spec, SecretMask Mask, string CommandLine, OwnDirectory? Temp, OwnDirectory? Files)
{
    /// <summary>Removes both directories after a clean end; keeps them after a failure.</summary>
    public IReadOnlyList<ReleaseCondition> Finish(bool isClean, TimeSpan timeout) =>
        OwnDirectory.FinishAll([Temp, Files], isClean, timeout);
}
