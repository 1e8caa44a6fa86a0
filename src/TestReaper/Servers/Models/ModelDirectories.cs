namespace TestReaper.Servers.Models;

/// <summary>Where models are stored by default, and how large a directory is.</summary>
internal static class ModelDirectories
{
    private const string CacheVariable = "XDG_CACHE_HOME";

    private static readonly EnumerationOptions AllFiles = new()
    {
        RecurseSubdirectories = true,
        IgnoreInaccessible = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
    };

    /// <summary>The directory of a model that no other tool stores. What a path component may not have is replaced.</summary>
    public static string Default(string name)
    {
        var environment = new ToolEnvironment(new Dictionary<string, string?>());
        return Path.Combine(environment.Find(CacheVariable) ?? UserCache(environment), "testreaper", "models", FileName(name));
    }

    /// <summary>HF_HOME, as huggingface_hub's constants.py finds it. It has the cache and the token.</summary>
    public static string HuggingFaceHome(ToolEnvironment environment) =>
        environment.FindPath("HF_HOME")
        ?? Path.Combine(environment.FindPath(CacheVariable) ?? UserCache(environment), "huggingface");

    /// <summary>The cache of the hub, as huggingface_hub's constants.py finds it.</summary>
    public static string HuggingFaceCache(ToolEnvironment environment) =>
        environment.FindPath("HF_HUB_CACHE") ?? environment.FindPath("HUGGINGFACE_HUB_CACHE")
        ?? Path.Combine(HuggingFaceHome(environment), "hub");

    /// <summary>Where an Ollama server of this environment stores its models.</summary>
    public static string Ollama(ToolEnvironment environment) =>
        environment.Find("OLLAMA_MODELS") ?? Path.Combine(environment.Home, ".ollama", "models");

    /// <summary>A name that is a single path component, different for different names that look alike.</summary>
    public static string FileName(string name)
    {
        var safe = string.Concat(name.Select(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' ? c : '-')).TrimStart('.');
        return safe == name ? safe : $"{safe}-{ModelKey.Hash(name)[..8]}";
    }

    /// <summary>The files below a directory, without links. A file that vanishes during the listing is left out.</summary>
    public static IEnumerable<FileInfo> Files(string directory) =>
        Directory.Exists(directory) ? new DirectoryInfo(directory).EnumerateFiles("*", AllFiles) : [];

    /// <summary>The bytes of all files; what cannot be read counts as nothing.</summary>
    public static long Size(string directory)
    {
        var sum = 0L;
        try
        {
            foreach (var file in Files(directory))
            {
                sum += file.Exists ? file.Length : 0;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The tool moves its files meanwhile.
        }

        return sum;
    }

    private static string UserCache(ToolEnvironment environment) => Path.Combine(environment.Home, ".cache");
}
