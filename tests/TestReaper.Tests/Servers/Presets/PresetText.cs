using System.Globalization;
using TestReaper.Servers.Probes;

namespace TestReaper.Tests.Servers.Presets;

/// <summary>What options set, in the words of the facts.</summary>
internal static class PresetText
{
    private const string InheritedByOllama = "OLLAMA_MODELS";

    /// <summary>The settings that the facts have one value of.</summary>
    public static Dictionary<string, string> Single(ServerProcessOptions options)
    {
        var texts = new Dictionary<string, string>
        {
            ["Readiness"] = ((HttpProbe)options.Readiness).Description,
            ["PrivateTemp"] = options.PrivateTemp ? "yes" : "no",
            ["GpuDeviceFormat"] = $"{options.GpuDeviceFormat}",
            ["StartupTimeout"] = Seconds(options.StartupTimeout),
            ["GracePeriod"] = Seconds(options.Reap.GracePeriod),
        };
        if (((HttpProbe)options.Readiness).Options.RequestTimeout is { } timeout)
        {
            texts["RequestTimeout"] = Seconds(timeout);
        }

        foreach (var (name, block) in options.PortBlocks)
        {
            texts["PortBlocks"] = string.Create(CultureInfo.InvariantCulture, $"{name}: {block.Count} from +{block.Offset}");
        }

        return texts;
    }

    public static string Command(ServerProcessOptions options) => string.Join(' ', [options.FileName, .. options.Arguments]);

    public static IEnumerable<string> Environment(ServerProcessOptions options) => options.Environment
        .Where(variable => variable.Key != InheritedByOllama)
        .Select(variable => variable.Value is null ? $"{variable.Key} removed" : $"{variable.Key}={variable.Value}");

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds} s");
}
