using System.Net.Http.Json;
using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using TestReaper.Tests.Infrastructure;

namespace TestReaper.Tests.Servers.Presets;

/// <summary>Starts presets with fake executables (Fakes/fake_server.py) in place of the servers.</summary>
[SupportedOSPlatform("linux")]
public abstract class PresetServers : StartingServers
{
    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "Servers", "Presets", "Fakes", "fake_server.py");

    /// <summary>The preset with its fake executable, and nothing else changed.</summary>
    internal ServerProcessOptions Fake(string preset)
    {
        var options = PresetFacts.Create(preset, ModelOf(preset));
        var replaced = options with { FileName = CreateExecutable(options.FileName), LogDirectory = LogDirectory };
        return replaced.WithEnvironment("FAKE_REGISTRY", Registry.Directory);
    }

    /// <summary>Triton requires a directory, and llama.cpp a file, before they listen.</summary>
    internal string ModelOf(string preset)
    {
        if (preset == nameof(ServerPresets.Triton))
        {
            return Directory.CreateDirectory(FilePath("models")).FullName;
        }

        if (preset != nameof(ServerPresets.LlamaCpp))
        {
            return "org/model";
        }

        File.WriteAllText(FilePath("model.gguf"), "");
        return FilePath("model.gguf");
    }

    /// <summary>What the fake was given, as it understood it.</summary>
    internal static async Task<JsonNode> EffectiveAsync(ServerProcess server)
    {
        using var client = new HttpClient { BaseAddress = server.BaseAddress };
        return (await client.GetFromJsonAsync<JsonNode>("/effective"))!;
    }

    internal static Dictionary<string, string> Texts(JsonNode? node) =>
        node!.AsObject().ToDictionary(pair => pair.Key, pair => pair.Value!.ToString());

    private string CreateExecutable(string name)
    {
        var path = Path.Combine(Directory.CreateDirectory(FilePath("bin")).FullName, name);
        var python = Programs.Require("python3");
        var unfinished = $"{path}.{Guid.NewGuid():N}";
        File.WriteAllText(unfinished, $"#!/bin/sh\nexec {python} -B {Script} {name} \"$@\"\n");
        File.SetUnixFileMode(unfinished, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);

        // A server that starts at this moment reads either the old file or the new one, and not an empty one.
        File.Move(unfinished, path, overwrite: true);
        return path;
    }
}
