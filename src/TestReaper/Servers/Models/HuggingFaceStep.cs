using TestReaper.Platform;
using TestReaper.Servers.Starting;

namespace TestReaper.Servers.Models;

/// <summary>
/// Downloads a model by the command-line tool of the hub, whose arguments <c>hf</c> and <c>huggingface-cli</c> share
/// (huggingface/huggingface_hub, src/huggingface_hub/cli/download.py).
/// </summary>
internal sealed class HuggingFaceStep
{
    private static readonly string[] Names = ["hf", "huggingface-cli"];
    private readonly HuggingFaceModel _model;

    // Offline, the tool returns what an interrupted download has left, without an error.
    private static readonly string[] Switches = ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"];
    private readonly string _cache;
    private readonly Dictionary<string, string?> _variables;
    private readonly ToolEnvironment _environment;

    public HuggingFaceStep(HuggingFaceModel model)
    {
        foreach (var name in (string?[])[model.Repository, .. model.Files])
        {
            if (string.IsNullOrWhiteSpace(name) || name.StartsWith('-'))
            {
                throw new ArgumentException($"'{name}' cannot be the name of a repository or a file of the hub.", nameof(model));
            }
        }

        _model = model;
        _variables = Switches.ToDictionary(static name => name, static _ => (string?)null);
        foreach (var (name, value) in model.Environment)
        {
            _variables[name] = value;
        }

        _environment = new ToolEnvironment(_variables);
        _cache = ModelDirectories.HuggingFaceCache(_environment);
        var directory = model.LocalDirectory
            ?? Path.Combine(_cache, $"models--{model.Repository.Replace("/", "--", StringComparison.Ordinal)}");
        Key = new ModelKey(model.Repository, directory, string.Join('\n', [model.Revision ?? "", .. model.Files]));
    }

    public ModelKey Key { get; }

    public Task DownloadAsync(ModelContext context, CancellationToken cancellationToken) =>
        context.RunAsync(FindTool(), [.. Arguments()], _variables, cancellationToken);

    /// <inheritdoc cref="HubCheck.FindDoubtAsync"/>
    public Task<string?> FindDoubtAsync(CancellationToken cancellationToken) =>
        new HubCheck(_model, Key.Directory, _environment).FindDoubtAsync(cancellationToken);

    /// <summary>Several names are patterns to the tool; one is a pattern only as a value of --include.</summary>
    internal IEnumerable<string> Arguments()
    {
        yield return "download";
        yield return _model.Repository;
        if (_model.Files is [var only] && HubNames.IsPattern(only))
        {
            yield return $"--include={only}";
        }
        else
        {
            foreach (var file in _model.Files)
            {
                yield return file;
            }
        }

        if (_model.Revision is { } revision)
        {
            yield return $"--revision={revision}";
        }

        yield return _model.LocalDirectory is null ? $"--cache-dir={_cache}" : $"--local-dir={Key.Directory}";
    }

    private string FindTool()
    {
        var finder = new ExecutableFinder(ProcessPlatform.Current);
        foreach (var name in _model.Executable is { } own ? [own] : Names)
        {
            try
            {
                return finder.Find(name);
            }
            catch (LaunchException)
            {
                // The next name may exist.
            }
        }

        throw new ModelFetchException(
            _model.Executable is { } missing
                ? $"{_model.Repository} was not fetched: '{missing}' cannot be executed. Correct HuggingFaceModel.Executable."
                : $"{_model.Repository} was not fetched: neither 'hf' nor 'huggingface-cli' was found next to this program, in " +
                    "the current directory or in PATH. " +
                    "Install one (pip install huggingface_hub), or set HuggingFaceModel.Executable.",
            _model.Repository);
    }
}
