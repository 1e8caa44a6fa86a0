namespace TestReaper.Platform.MacOS;

/// <summary>macOS has no object that holds a tree of processes.</summary>
internal sealed class NoContainers : IProcessContainers
{
    public string? PathOf(string scope) => null;

    public IProcessContainer? Find(string path, string scope) => null;

    public IReadOnlyList<(string Scope, IProcessContainer Container)> FindEmpty(TimeSpan age) => [];

    public IReadOnlyList<string> ScopesOf(int pid) => [];
}
