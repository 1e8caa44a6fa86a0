namespace TestReaper.Platform.Windows.Jobs;

/// <summary>The job objects of launches. None outlives this process, so there are none of earlier launches to find.</summary>
internal sealed class JobContainers(bool useJob) : IProcessContainers
{
    public bool EndWithHost => useJob;

    public IProcessContainer? CreateForRunning() => useJob ? new JobGroup() : null;

    public string? PathOf(string scope) => null;

    public IProcessContainer? Find(string path, string scope) => null;

    public IReadOnlyList<(string Scope, IProcessContainer Container)> FindEmpty(TimeSpan age) => [];

    public IReadOnlyList<string> ScopesOf(int pid) => [];
}
