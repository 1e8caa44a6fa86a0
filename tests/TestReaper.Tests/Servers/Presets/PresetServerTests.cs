using System.Diagnostics;
using System.Runtime.Versioning;
using Xunit;

namespace TestReaper.Tests.Servers.Presets;

/// <summary>Each preset starts a fake executable that has the options, ports, answers, files and processes of the real one.</summary>
[SupportedOSPlatform("linux")]
public sealed class PresetServerTests : PresetServers
{
    public static TheoryData<string> Presets => [.. PresetFacts.Names];

    public static TheoryData<string> PresetsWithModel => [.. PresetFacts.Names.Where(name => name != nameof(ServerPresets.Ollama))];

    [SkippableTheory(Timeout = 90_000)]
    [MemberData(nameof(Presets))]
    public async Task A_preset_starts_its_server_and_leaves_nothing(string preset)
    {
        await using var server = await StartAsync(Fake(preset));
        var effective = await EffectiveAsync(server);

        Assert.Equal("127.0.0.1", (string?)effective["host"]);
        Assert.Equal(server.Port, (int?)effective["port"]);
        Assert.Equal(preset == nameof(ServerPresets.Ollama) ? null : ModelOf(preset), (string?)effective["model"]);
        string[] files = [.. effective["files"]!.AsArray().Select(file => (string)file!)];
        Assert.All(files, file => Assert.StartsWith($"{server.TempDirectory ?? "no directory"}/", file, StringComparison.Ordinal));
        Assert.Equal(files.Length > 0, server.TempDirectory is not null);
        int[] extra = [.. effective["extra"]!.AsObject().Select(port => (int)port.Value!)];
        Assert.Equal(
            PresetFacts.Of(preset).Values("Command").Count(value => value.Contains("{port:", StringComparison.Ordinal)), extra.Length);

        var report = await server.ReapAsync();

        Registry.AssertNoneAlive();
        Assert.DoesNotContain(report.Processes, process => process.WasKilled);
        Assert.All(report.Releases, release => Assert.Equal(ReleaseVerdict.Released, release.Verdict));
        Assert.Equal(extra.Length + 1, report.Releases.Count(release => release.Resource == ReleaseResource.Port));
        Assert.False(Directory.Exists(server.TempDirectory));
        Assert.Empty(Log.Warnings);
    }

    [SkippableTheory(Timeout = 90_000)]
    [MemberData(nameof(Presets))]
    public async Task Two_servers_of_a_preset_run_at_the_same_time(string preset)
    {
        var options = Fake(preset);
        var servers = await Task.WhenAll(StartAsync(options), StartAsync(options));

        foreach (var server in servers)
        {
            Assert.Equal(server.Port, (int?)(await EffectiveAsync(server))["port"]);
        }

        await Task.WhenAll(servers.Select(server => server.DisposeAsync().AsTask()));
        Registry.AssertNoneAlive();
        Assert.Empty(Log.Warnings);
    }

    [SkippableTheory(Timeout = 90_000)]
    [MemberData(nameof(Presets))]
    public async Task An_unknown_option_ends_the_start_with_the_usage(string preset)
    {
        var failure = await FailAsync(Fake(preset).WithArguments("--no-such-option", "1"));

        Contains("unrecognized arguments: --no-such-option", failure.Message);
        Contains("usage: ", failure.Message);
    }

    [SkippableTheory(Timeout = 90_000)]
    [MemberData(nameof(PresetsWithModel))]
    public async Task Without_a_model_the_start_ends(string preset)
    {
        var options = Fake(preset);

        var failure = await FailAsync(options with { Arguments = [.. options.Arguments.Where(word => word != ModelOf(preset))] });

        Contains("usage: ", failure.Message);
    }

    [SkippableFact(Timeout = 90_000)]
    public async Task Arguments_of_a_user_come_after_those_of_the_preset()
    {
        var options = Fake(nameof(ServerPresets.Vllm)).WithArguments("--max-model-len", "2048", "-tp", "{gpus}");

        await using var server = await StartAsync(options);

        var effective = Texts((await EffectiveAsync(server))["options"]);
        Assert.Equal(("2048", "1"), (effective["max-model-len"], effective["tensor-parallel-size"]));
    }

    [SkippableFact(Timeout = 90_000)]
    public async Task Text_generation_has_a_shard_for_each_gpu()
    {
        using var machine = new Gpu.Leases.LeaseMachine(new Gpu.GpuMachine());

        await using var server = await StartAsync(Fake(nameof(ServerPresets.TextGenerationInference)) with { Gpu = new GpuRequirement(3) });

        var effective = await EffectiveAsync(server);
        Assert.Equal(3, (int?)effective["shards"]);
        Assert.Equal(["tgi-0", "tgi-1", "tgi-2"], effective["files"]!.AsArray().Select(file => Path.GetFileName((string)file!)));
        Assert.Single(Registry.Alive("shard-2"));
    }

    [SkippableFact(Timeout = 90_000)]
    public async Task The_derived_ports_of_sglang_are_free_and_released()
    {
        await using var server = await StartAsync(Fake(nameof(ServerPresets.Sglang)).WithArguments("--enable-dp-attention"));
        var extra = (await EffectiveAsync(server))["extra"]!.AsObject().Select(port => (int)port.Value!).ToList();

        var report = await server.ReapAsync();

        Assert.Equal(Enumerable.Range(server.Port + 233, 8), extra.Skip(1));
        Assert.Equal(10, report.Releases.Count(release => release.Resource == ReleaseResource.Port));
        Assert.All(report.Releases, release => Assert.Equal(ReleaseVerdict.Released, release.Verdict));
    }

    [SkippableFact(Timeout = 90_000)]
    public async Task The_probe_of_sglang_waits_for_the_token()
    {
        var start = Stopwatch.GetTimestamp();
        await using var server = await StartAsync(Fake(nameof(ServerPresets.Sglang)));

        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));

        var hasty = Readiness.Http("/health", new HttpProbeOptions { RequestTimeout = TimeSpan.FromMilliseconds(700) });
        using var seen = new CancellationTokenSource();
        var watched = Readiness.Custom("a hasty probe", async (asked, token) =>
        {
            var result = await hasty.ProbeAsync(asked, token);
            if (result.Detail?.Contains("no answer within RequestTimeout", StringComparison.Ordinal) == true)
            {
                await seen.CancelAsync();
            }

            return result;
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => StartAsync(Fake(nameof(ServerPresets.Sglang)) with { Readiness = watched }, seen.Token));
    }
}
