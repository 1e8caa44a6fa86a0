using System.Net;
using TestReaper.Platform;

namespace TestReaper.Servers.Starting;

/// <summary>A port that the user has fixed must be free: a stale server on it would answer in the new one's place.</summary>
internal static class FixedPortCheck
{
    public static void Run(ServerProcessOptions options, ServerCommand command, IProcessPlatform platform)
    {
        if (!options.VerifyListener || ServerAddress.FixedPort(options) is not { } port)
        {
            return;
        }

        foreach (var address in (IPAddress[])[IPAddress.Loopback, IPAddress.IPv6Loopback])
        {
            var owner = platform.FindListener(new IPEndPoint(address, port), treePids: []);
            if (owner.Kind != ListenerKind.Nobody)
            {
                throw new ServerStartException(
                    $"Port {port} is taken by {ListenerText.Describe(owner, platform, command.Mask)}. Stop it, let the server use an allocated port " +
                    $"({{port}} in its arguments, and port 0 in Endpoint), or set VerifyListener to false if that is a proxy for it.{Environment.NewLine}Command: {command.CommandLine}",
                    command.CommandLine);
            }
        }
    }
}
