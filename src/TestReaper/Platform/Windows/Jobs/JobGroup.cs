using TestReaper.Platform.Windows.Native;

namespace TestReaper.Platform.Windows.Jobs;

/// <summary>The job objects of processes that run already. Processes from different jobs do not fit into one further job.</summary>
internal sealed class JobGroup : IProcessContainer
{
    private readonly object _gate = new();
    private readonly List<JobObject> _jobs = [];
    private readonly List<int> _refused = [];

    public string Name => "job object, assigned after the start";

    public string Escape
    {
        get
        {
            lock (_gate)
            {
                return _refused.Count == 0
                    ? JobObject.Escapes
                    : $"{JobObject.Escapes}, and so can what is below {string.Join(", ", _refused)}, which no job accepts";
            }
        }
    }

    private JobObject[] Jobs
    {
        get
        {
            lock (_gate)
            {
                return [.. _jobs];
            }
        }
    }

    public bool TryAdd(ProcessIdentity process)
    {
        lock (_gate)
        {
            if (_jobs.Exists(job => job.TryAdd(process)))
            {
                return true;
            }

            if (JobObject.TryCreate(Name, out _) is { } further)
            {
                if (further.TryAdd(process))
                {
                    _jobs.Add(further);
                    return true;
                }

                further.TryRemove();
            }

            if (IsAlive(process))
            {
                _refused.Add(process.Pid);
            }

            return false;
        }
    }

    public IReadOnlyCollection<int> Processes() => [.. Jobs.SelectMany(static job => job.Processes())];

    public void Kill() => Array.ForEach(Jobs, static job => job.Kill());

    public bool IsPopulated() => Array.Exists(Jobs, static job => job.IsPopulated());

    public ContainerUsage ReadUsage()
    {
        var usages = Array.ConvertAll(Jobs, static job => job.ReadUsage());
        return usages.Length == 1 ? usages[0] : default;
    }

    public void LeaveRunning() => Array.ForEach(Jobs, static job => job.LeaveRunning());

    public bool TryRemove() => Array.TrueForAll(Jobs, static job => job.TryRemove());

    // One that has exited meanwhile needs no job.
    private static bool IsAlive(ProcessIdentity process)
    {
        const uint Access = OpenedProcess.QueryLimited | OpenedProcess.Synchronize;
        var outcome = OpenedProcess.TryOpen(process.Pid, Access, out var opened);
        using (opened)
        {
            return opened is null
                ? outcome == ReadOutcome.Unreadable
                : OpenedProcess.StartTimeOf(opened) == process.StartTime && !OpenedProcess.HasExited(opened);
        }
    }
}
