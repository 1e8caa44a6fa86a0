using TestReaper.Platform;

namespace TestReaper.Processes;

/// <summary>Asks each process once whether it inherited a scope, and remembers who did not.</summary>
/// <remarks>
/// An environment reads empty while its process is in an execve (8 to 9 % of reads under churn) and when it is a zombie.
/// So "could not be read" is asked again once before it counts as no.
/// </remarks>
internal sealed class ScopeMemory(IProcessPlatform platform, string scope)
{
    private readonly Dictionary<ProcessIdentity, bool> _strangers = [];

    /// <summary>True: inherited it. False: did not. Null: not known yet, look again.</summary>
    public bool? Ask(ProcessIdentity identity)
    {
        if (_strangers.TryGetValue(identity, out var certain) && certain)
        {
            return false;
        }

        var carries = platform.CarriesScope(identity.Pid, scope);
        if (carries == true)
        {
            return true;
        }

        // The first look at a process may fall on its fork or exec; two that agree are believed.
        var secondLook = _strangers.ContainsKey(identity);
        _strangers[identity] = secondLook;
        return secondLook || carries == false ? false : null;
    }

    /// <summary>Forgets the dead, so that the memory does not grow with every process the machine ever ran.</summary>
    public void Trim(ProcessSnapshot snapshot)
    {
        if (_strangers.Count > 2 * snapshot.Entries.Count)
        {
            foreach (var identity in _strangers.Keys.Where(identity => !snapshot.Contains(identity)).ToList())
            {
                _strangers.Remove(identity);
            }
        }
    }
}
