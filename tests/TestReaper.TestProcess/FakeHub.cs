using System.Globalization;

namespace TestReaper.TestProcess;

/// <summary>
/// Acts as <c>hf download REPOSITORY [FILE...] --cache-dir=DIR</c> does: asks HF_ENDPOINT for the files, and stores each under
/// <c>blobs/NAME.incomplete</c> until it is whole. Registers in TEST_REGISTRY as "hf". With a token that the hub refuses it exits with 1.
/// </summary>
internal static class FakeHub
{
    public static async Task<int> RunAsync(string[] args)
    {
        var options = Options.Parse(["--registry", Variable("TEST_REGISTRY"), "--role", "hf"]);
        Registration.Create(options);
        var names = args.Where(arg => !arg.StartsWith('-')).ToArray();
        var (repository, files) = (names[1], names[2..]);
        var directory = Value(args, "--cache-dir") is { } cache
            ? Path.Combine(cache, $"models--{repository.Replace("/", "--", StringComparison.Ordinal)}", "blobs")
            : Value(args, "--local-dir")!;
        Directory.CreateDirectory(directory);
        using var hub = new HttpClient { BaseAddress = new Uri(Variable("HF_ENDPOINT")) };
        hub.DefaultRequestHeaders.Add("Authorization", $"Bearer {Environment.GetEnvironmentVariable("HF_TOKEN")}");
        foreach (var file in files.Length > 0 ? files : ["config.json", "model.safetensors"])
        {
            try
            {
                await StoreAsync(hub, $"{repository}/resolve/{Value(args, "--revision") ?? "main"}/{file}", Path.Combine(directory, file));
            }
            catch (HttpRequestException error)
            {
                Output.WriteError($"401 Client Error for {file} with {Environment.GetEnvironmentVariable("HF_TOKEN")}: {error.Message}");
                return 1;
            }
        }

        Console.WriteLine(directory);
        return 0;
    }

    private static async Task StoreAsync(HttpClient hub, string address, string path)
    {
        using var answer = await hub.GetAsync(address, HttpCompletionOption.ResponseHeadersRead);
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
                Console.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\r{Path.GetFileName(path)}: {file.Length} bytes"));
            }
        }

        File.Move($"{path}.incomplete", path, overwrite: true);
    }

    private static string? Value(string[] args, string name) =>
        args.FirstOrDefault(arg => arg.StartsWith($"{name}=", StringComparison.Ordinal))?[(name.Length + 1)..];

    private static string Variable(string name) =>
        Environment.GetEnvironmentVariable(name) ?? throw new ArgumentException($"{name} is not set.");
}
