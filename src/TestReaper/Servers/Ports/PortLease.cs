namespace TestReaper.Servers.Ports;

/// <summary>A port that no other fixture of this user gets, in this process or another, until it is disposed.</summary>
internal sealed class PortLease(int port, IDisposable fileLock) : IDisposable
{
    public int Port { get; } = port;

    public void Dispose() => fileLock.Dispose();
}
