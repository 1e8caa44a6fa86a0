using TestReaper.Platform;
using TestReaper.Secrets;

namespace TestReaper.Servers;

/// <summary>The command of one start with everything filled in: ports, scope, the program's path.</summary>
/// <param name="Spec">What the platform launches.</param>
/// <param name="Mask">Masks the secrets of its arguments and environment.</param>
/// <param name="CommandLine">For messages, secrets masked.</param>
/// <param name="Temp">The server's own temporary directory, already created; null if it was not asked for.</param>
internal sealed record ResolvedCommand(LaunchSpec Spec, SecretMask Mask, string CommandLine, PrivateTemp? Temp);
