using System.Text.RegularExpressions;
using TestReaper.Servers.Ports;

namespace TestReaper.Servers;

/// <summary>What the placeholders of one start stand for. One that stands for nothing stays in the text as it is.</summary>
/// <param name="Ports">The allocated ports by name: <c>{port}</c> and its like.</param>
/// <param name="Temp">The directory for temporary files: <c>{tmp}</c>. Null without one.</param>
/// <param name="Files">The directory with the files of the options: <c>{files}</c>. Null without one.</param>
/// <param name="Gpus">The number of GPUs that the server has: <c>{gpus}</c>.</param>
internal sealed partial record Placeholders(IReadOnlyDictionary<string, int> Ports, string? Temp, string? Files, int Gpus)
{
    public static Placeholders Of(ServerProcess server) =>
        new(server.Ports, server.TempDirectory, server.FilesDirectory, CountGpus(server.Options));

    /// <summary>The number of required GPUs, also where the driver cannot be read; 1 without a requirement.</summary>
    public static int CountGpus(ServerProcessOptions options) => options.Gpu?.Count ?? 1;

    /// <summary>An argument, or the value of a variable.</summary>
    public string Expand(string text) => Any().Replace(PortTemplate.Expand(text, Ports), Find);

    /// <summary>A path: only the directories.</summary>
    public string ExpandDirectories(string text) => Directory().Replace(text, Find);

    /// <summary>The content of a file. Variables of other programs, such as <c>${tmp}</c> and <c>{{tmp}}</c>, stay.</summary>
    public string ExpandContent(string text) => AnyInFile().Replace(PortTemplate.ExpandContent(text, Ports), Find);

    private string Find(Match match) => match.Groups["name"].Value switch
    {
        "gpus" => Gpus.ToString(CultureInfo.InvariantCulture),
        "tmp" => Temp,
        _ => Files,
    } ?? match.Value;

    [GeneratedRegex(@"\{(?<name>tmp|files|gpus)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Any();

    [GeneratedRegex(@"\{(?<name>tmp|files)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Directory();

    [GeneratedRegex(@"(?<![{$])\{(?<name>tmp|files|gpus)\}", RegexOptions.CultureInvariant)]
    private static partial Regex AnyInFile();
}
