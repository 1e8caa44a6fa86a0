namespace TestReaper.Servers.Starting;

/// <summary>A stranger took an allocated port between its choice and the server's bind: a reason to start again.</summary>
internal sealed class PortLostException(string message, string commandLine, int? exitCode, string outputTail)
    : ServerStartException(message, commandLine, exitCode, outputTail);
