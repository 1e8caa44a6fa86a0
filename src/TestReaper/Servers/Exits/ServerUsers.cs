using TestReaper.Processes;

namespace TestReaper.Servers.Exits;

/// <summary>The test classes that have got a server from its fixture. A server of a shared fixture belongs to none of them.</summary>
internal sealed class ServerUsers
{
    private readonly object _gate = new();
    private readonly HashSet<TreeOwner> _users = [];

    /// <summary>Adds the class whose test is running, if there is one.</summary>
    public void AddCurrent()
    {
        if (TreeOwner.Current is { } user)
        {
            lock (_gate)
            {
                _users.Add(user);
            }
        }
    }

    public bool Contains(TreeOwner user)
    {
        lock (_gate)
        {
            return _users.Contains(user);
        }
    }
}
