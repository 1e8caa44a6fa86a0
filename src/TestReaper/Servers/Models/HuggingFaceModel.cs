namespace TestReaper;

/// <summary>What <see cref="ModelStore.EnsureHuggingFaceAsync"/> downloads from the Hugging Face hub.</summary>
/// <param name="Repository">The repository, such as <c>Qwen/Qwen3-0.6B</c>.</param>
public sealed record HuggingFaceModel(string Repository)
{
    /// <summary>A branch, a tag or a commit. Default: null, the main branch as it is at the first download.</summary>
    public string? Revision { get; init; }

    /// <summary>File names and patterns such as <c>*.safetensors</c>. Default: none, the whole repository.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>
    /// A directory that gets the files themselves, for servers that take a path. Default: null, the cache of the hub: HF_HUB_CACHE, else
    /// HF_HOME/hub, as <see cref="Environment"/> or the inherited environment has them, else <c>~/.cache/huggingface/hub</c>
    /// (https://huggingface.co/docs/huggingface_hub/guides/manage-cache).
    /// </summary>
    public string? LocalDirectory { get; init; }

    /// <summary>
    /// Variables for the tool, such as <c>HF_TOKEN</c>, <c>HF_ENDPOINT</c> or <c>HF_HOME</c>, in addition to the inherited ones; null
    /// removes one. HF_HUB_OFFLINE and TRANSFORMERS_OFFLINE are not inherited. Default: none.
    /// </summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>
    /// The command-line tool of the hub, version 0.17 or later. Default: null, <c>hf</c> or <c>huggingface-cli</c>, whichever is found.
    /// </summary>
    public string? Executable { get; init; }
}
