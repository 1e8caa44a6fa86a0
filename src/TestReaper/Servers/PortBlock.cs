namespace TestReaper;

/// <summary>
/// Ports that a server derives from one that it is given: the ports port + <see cref="Offset"/> to port + <see cref="Offset"/> +
/// <see cref="Count"/> - 1. They are free when the server is started, and no other fixture of this user gets them.
/// </summary>
/// <remarks>
/// The value of an entry of <see cref="ServerProcessOptions.PortBlocks"/>. The reap waits for a port of the block only where the server
/// was seen to listen on it.
/// </remarks>
/// <param name="Count">How many consecutive ports. Range: 1 to 1000.</param>
public sealed record PortBlock(int Count)
{
    /// <summary>
    /// The distance of the first port of the block from the port with the block's name. Default: 0, the block begins with that port.
    /// Range: 0 and more; the last port of the block is at most 55535 above the named one, since ports are allocated from 10000 on.
    /// </summary>
    public int Offset { get; init; }
}
