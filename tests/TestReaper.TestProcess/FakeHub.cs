using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace TestReaper.TestProcess;

/// <summary>
/// Acts as <c>hf download REPOSITORY [FILE...] --cache-dir=DIR</c> does: asks HF_ENDPOINT for the list and the files, and stores each under
/// <c>NAME.incomplete</c> until it is whole. In a cache, refs/REVISION names the commit, and snapshots/COMMIT has links to blobs. Registers
/// in TEST_REGISTRY as "hf". With a token that the hub refuses it exits with 1. Where the hub cannot be reached, or with HF_HUB_OFFLINE,
/// it succeeds with what is stored.
/// </summary>
internal sealed class FakeHub
{
    private readonly HttpClient _hub;
    private readonly string _repository, _revision, _directory;
    private readonly string[] _names;
    private readonly bool _isCache;

    private FakeHub(string[] args, HttpClient hub)
    {
        _hub = hub;
        string[] names = [.. args.Where(arg => !arg.StartsWith('-'))];
        (_repository, _names) = (names[1], [.. names[2..], .. Value(args, "--include") is { } pattern ? [pattern] : Array.Empty<string>()]);
        _revision = Value(args, "--revision") ?? "main";
        _isCache = Value(args, "--cache-dir") is not null;
        _directory = _isCache
            ? Path.Combine(Value(args, "--cache-dir")!, $"models--{_repository.Replace("/", "--", StringComparison.Ordinal)}")
            : Value(args, "--local-dir")!;
    }

    public static async Task<int> RunAsync(string[] args)
    {
        Registration.Create(Options.Parse(["--registry", Variable("TEST_REGISTRY"), "--role", "hf"]));
        using var hub = new HttpClient { BaseAddress = new Uri(Variable("HF_ENDPOINT")) };
        hub.DefaultRequestHeaders.Add("Authorization", $"Bearer {Environment.GetEnvironmentVariable("HF_TOKEN")}");
        var download = new FakeHub(args, hub);
        try
        {
            return Environment.GetEnvironmentVariable("HF_HUB_OFFLINE") == "1" ? download.UseStored() : await download.RunAsync();
        }
        catch (HttpRequestException error) when (error.StatusCode == HttpStatusCode.Unauthorized)
        {
            Output.WriteError($"401 Client Error with {Environment.GetEnvironmentVariable("HF_TOKEN")}: {error.Message}");
            return 1;
        }
        catch (HttpRequestException)
        {
            return download.UseStored();
        }
    }

    private int UseStored()
    {
        if (!(_isCache ? File.Exists(Ref) : Directory.Exists(_directory) && Directory.EnumerateFiles(_directory).Any()))
        {
            Output.WriteError("We cannot find an appropriate snapshot folder on the local disk.");
            return 1;
        }

        Output.WriteError($"Returning existing local_dir `{_directory}` as remote repo cannot be accessed in `snapshot_download`.");
        return 0;
    }

    private async Task<int> RunAsync()
    {
        using var list = JsonDocument.Parse(await _hub.GetStringAsync($"api/models/{_repository}/revision/{_revision}"));
        var commit = list.RootElement.GetProperty("sha").GetString()!;
        var snapshot = _directory;
        if (_isCache)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Ref)!);
            await File.WriteAllTextAsync(Ref, commit);
            snapshot = Path.Combine(_directory, "snapshots", commit);
        }

        var siblings = list.RootElement.GetProperty("siblings").EnumerateArray();
        foreach (var file in siblings.Select(file => file.GetProperty("rfilename").GetString()!).Where(IsRequested))
        {
            await StoreAsync(file, snapshot);
        }

        Console.WriteLine(snapshot);
        return 0;
    }

    private string Ref => Path.Combine(_directory, "refs", _revision);

    private bool IsRequested(string file) => _names.Length == 0
        || _names.Any(name => Regex.IsMatch(file, $"^{Regex.Escape(name).Replace("\\*", ".*", StringComparison.Ordinal)}$"));

    private async Task StoreAsync(string name, string snapshot)
    {
        var (link, path) = (Path.Combine(snapshot, name), Path.Combine(_isCache ? Path.Combine(_directory, "blobs") : snapshot, name));
        if (_isCache && File.Exists(link))
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        using var answer = await _hub.GetAsync($"{_repository}/resolve/{_revision}/{name}", HttpCompletionOption.ResponseHeadersRead);
        answer.EnsureSuccessStatusCode();
        await using (var content = await answer.Content.ReadAsStreamAsync())
        await using (var file = new FileStream($"{path}.incomplete", FileMode.Create))
        {
            var buffer = new byte[64 * 1024];
            int count;
            while ((count = await content.ReadAsync(buffer)) > 0)
            {
                await file.WriteAsync(buffer.AsMemory(0, count));
                await file.FlushAsync();
                Console.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\r{name}: {file.Length} bytes"));
            }
        }

        File.Move($"{path}.incomplete", path, overwrite: true);
        if (_isCache)
        {
            File.CreateSymbolicLink(link, path);
        }
    }

    private static string? Value(string[] args, string name) =>
        args.FirstOrDefault(arg => arg.StartsWith($"{name}=", StringComparison.Ordinal))?[(name.Length + 1)..];

    private static string Variable(string name) =>
        Environment.GetEnvironmentVariable(name) ?? throw new ArgumentException($"{name} is not set.");
}
