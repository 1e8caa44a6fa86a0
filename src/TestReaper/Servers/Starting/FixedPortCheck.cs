using System.Net;
using TestReaper.Platform;
using TestReaper.Processes;

namespace TestReaper.Servers.Starting;

/// <summary>A port that the user has fixed must be free: a stale server on it would answer in the new one's place.</summary>
internal static class FixedPortCheck
{
    /// <param name="endpoints">Where the server will be reached on this machine, by a port of the user's.</param>
    /// <param name="options">The options of the start.</param>
    /// <param name="command">What is to be started.</param>
    /// <param name="platform">Knows the sockets.</param>
    /// <exception cref="ServerStartException">A connection to one of them would reach another process.</exception>
    public static void Run(IReadOnlyList<IPEndPoint> endpoints, ServerProcessOptions options, ResolvedCommand command,
        IProcessPlatform platform)
    {
        if (!options.VerifyListener)
        {
            return;
        }

        foreach (var endpoint in endpoints)
        {
            var owner = platform.Sockets.FindListener(endpoint, treePids: []);
            if (owner.Kind != ListenerKind.Nobody)
            {
                throw new ServerStartException(
                    $"Port {endpoint.Port} is taken by {ListenerText.Describe(owner, platform, command.Mask)}. " +
                    "Stop it, let the server use an allocated port ({port} in its arguments, and port 0 in Endpoint), " +
                    "or set VerifyListener to false if that is a proxy for it." +
                    $"{Environment.NewLine}Command: {command.CommandLine}",
                    command.CommandLine);
            }
        }
    }
}
