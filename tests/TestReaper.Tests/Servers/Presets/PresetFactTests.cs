using System.Collections;
using System.Reflection;
using System.Text.RegularExpressions;
using TestReaper.Servers.Probes;
using Xunit;

namespace TestReaper.Tests.Servers.Presets;

/// <summary>Each preset sets what the file of facts says, and nothing else.</summary>
public sealed partial class PresetFactTests
{
    private static readonly string[] Described =
    [
        nameof(ServerProcessOptions.FileName), nameof(ServerProcessOptions.Arguments), nameof(ServerProcessOptions.Environment),
        nameof(ServerProcessOptions.Readiness), nameof(ServerProcessOptions.PrivateTemp), nameof(ServerProcessOptions.GpuDeviceFormat),
        nameof(ServerProcessOptions.StartupTimeout), nameof(ServerProcessOptions.Reap), nameof(ServerProcessOptions.PortBlocks),
    ];

    public static TheoryData<string> Presets => [.. PresetFacts.Names];

    [Fact]
    public void Each_preset_has_facts() => Assert.Equal(
        PresetFacts.Names.Order(StringComparer.Ordinal), PresetFacts.All.Select(facts => facts.Preset).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Presets))]
    public void The_command_is_that_of_the_facts(string preset) => Assert.Equal(
        string.Join(' ', PresetFacts.Of(preset).Values("Command")), PresetText.Command(PresetFacts.Create(preset)));

    [Theory]
    [MemberData(nameof(Presets))]
    public void The_environment_is_that_of_the_facts(string preset) => Assert.Equal(
        PresetFacts.Of(preset).Variables().Order(StringComparer.Ordinal),
        PresetText.Environment(PresetFacts.Create(preset)).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Presets))]
    public void The_other_settings_are_those_of_the_facts(string preset)
    {
        var facts = PresetFacts.Of(preset).Settings.Where(fact => fact.Setting is not ("Command" or "Environment" or PresetFacts.NotSet))
            .ToDictionary(fact => fact.Setting, fact => fact.Value);

        Assert.Equal(facts, PresetText.Single(PresetFacts.Create(preset)));
    }

    [Theory]
    [MemberData(nameof(Presets))]
    public void What_the_facts_leave_out_is_not_set(string preset)
    {
        var options = PresetFacts.Create(preset);

        Assert.Empty(PresetFacts.Of(preset).Values(PresetFacts.NotSet).Intersect(options.Arguments.Concat(options.Environment.Keys)));
    }

    [Theory]
    [MemberData(nameof(Presets))]
    public void Nothing_else_is_set(string preset)
    {
        var (options, standard) = (PresetFacts.Create(preset), new ServerProcessOptions { FileName = "x" });
        var probe = ((HttpProbe)options.Readiness).Options;

        Assert.Empty(Differences(options, standard).Except(Described));
        Assert.Empty(Differences(options.Reap, standard.Reap).Except([nameof(ReapOptions.GracePeriod)]));
        Assert.Empty(Differences(probe, new HttpProbeOptions()).Except([nameof(HttpProbeOptions.RequestTimeout)]));
    }

    [Theory]
    [MemberData(nameof(Presets))]
    public void Each_source_is_a_file_at_a_commit(string preset)
    {
        var facts = PresetFacts.Of(preset);

        Assert.All(facts.Sources.Values, source => Assert.Matches(FileName(), source.File));
        Assert.All(facts.Sources.Values, source => Assert.Matches(Commit(), source.Commit ?? new string('0', 40)));
        Assert.All(facts.Settings, fact => Assert.Subset(facts.Sources.Keys.ToHashSet(), fact.Source.ToHashSet()));
        Assert.All(facts.Sources.Keys, key => Assert.Contains(facts.Settings, fact => fact.Source.Contains(key)));
    }

    [Theory]
    [MemberData(nameof(Presets))]
    public void A_model_that_is_empty_is_refused(string preset)
    {
        if (preset == nameof(ServerPresets.Ollama))
        {
            return;
        }

        foreach (var empty in (string[])["", " "])
        {
            Assert.IsType<ArgumentException>(
                Assert.Throws<TargetInvocationException>(() => PresetFacts.Create(preset, empty)).InnerException);
        }
    }

    [Fact]
    public void The_models_of_Ollama_are_those_of_the_caller()
    {
        const string Models = "OLLAMA_MODELS";
        var before = Environment.GetEnvironmentVariable(Models);
        Environment.SetEnvironmentVariable(Models, "/my/models");
        try
        {
            Assert.Equal("/my/models", ServerPresets.Ollama().Environment[Models]);
            Environment.SetEnvironmentVariable(Models, null);
            Assert.DoesNotContain(Models, ServerPresets.Ollama().Environment.Keys);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Models, before);
        }
    }

    private static IEnumerable<string> Differences<T>(T value, T standard) => typeof(T).GetProperties()
        .Where(property => !IsSame(property.GetValue(value), property.GetValue(standard)))
        .Select(property => property.Name);

    private static bool IsSame(object? value, object? standard) =>
        Equals(value, standard) || (IsEmpty(value) && IsEmpty(standard));

    private static bool IsEmpty(object? value) => value is IEnumerable sequence && !sequence.Cast<object>().Any();

    [GeneratedRegex(@"^[\w./-]+\.(py|md|cpp|cc|h|go|rs|sh)$")]
    private static partial Regex FileName();

    [GeneratedRegex("^[0-9a-f]{40}$")]
    private static partial Regex Commit();
}
