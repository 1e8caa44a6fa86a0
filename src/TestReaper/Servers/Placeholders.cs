using System.Text.RegularExpressions;
using TestReaper.Servers.Ports;

namespace TestReaper.Servers;

/// <summary>What the placeholders of one start stand for. One that stands for nothing stays in the text as it is.</summary>
/// <param name="Ports">The allocated ports by name: <c>{port}</c> and its like.</param>
/// <param name="Temp">The directory for temporary files: <c>{tmp}</c>. Null without one.</param>
/// <param name="Files">The directory with the files of the options: <c>{files}</c>. Null without one.</param>
internal sealed partial record Placeholders(IReadOnlyDictionary<string, int> Ports, string? Temp, string? Files)
{
    /// <summary>An argument, or the value of a variable.</summary>
    public string Expand(string text) => ExpandDirectories(PortTemplate.Expand(text, Ports));

    /// <summary>A path: only the directories.</summary>
    public string ExpandDirectories(string text) => Directory().Replace(text, Find);

    /// <summary>The content of a file, in which other programs have variables, such as <c>${tmp}</c> and <c>{{tmp}}</c>. They stay.</summary>
    public string ExpandContent(string text) => DirectoryInFile().Replace(PortTemplate.ExpandContent(text, Ports), Find);

    private string Find(Match match) => (match.Groups["name"].Value == "tmp" ? Temp : Files) ?? match.Value;

    [GeneratedRegex(@"\{(?<name>tmp|files)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Directory();

    [GeneratedRegex(@"(?<![{$])\{(?<name>tmp|files)\}", RegexOptions.CultureInvariant)]
    private static partial Regex DirectoryInFile();
}
