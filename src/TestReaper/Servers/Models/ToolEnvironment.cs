using System.Text.RegularExpressions;
using TestReaper.Servers.Starting;

namespace TestReaper.Servers.Models;

/// <summary>The variables of a program that stores models: those it inherits, with the changes of the caller.</summary>
internal sealed partial class ToolEnvironment
{
    private readonly Func<string, string?> _find;

    /// <summary>The variables of a command of a model step.</summary>
    public ToolEnvironment(IReadOnlyDictionary<string, string?> changes) =>
        _find = name => changes.TryGetValue(name, out var own) ? own : Environment.GetEnvironmentVariable(name);

    /// <summary>The variables of a server.</summary>
    public ToolEnvironment(ServerProcessOptions options)
    {
        var environment = CommandResolver.PreviewEnvironment(options);
        _find = name => environment.GetValueOrDefault(name);
    }

    public string Home => Find("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    /// <summary>The value of a variable; null if it is empty or not set.</summary>
    public string? Find(string name) => _find(name) is { Length: > 0 } value ? value : null;

    /// <summary>A path as Python reads it (os.path.expanduser and os.path.expandvars): <c>~</c>, <c>$NAME</c> and <c>${NAME}</c>.</summary>
    public string? FindPath(string name) => Find(name) is not { } path ? null
        : Variable().Replace(path is "~" || path.StartsWith("~/", StringComparison.Ordinal) ? Home + path[1..] : path, Replace);

    // Python leaves a variable in the text that is not set.
    private string Replace(Match match) => _find(match.Groups["name"].Value) ?? match.Value;

    [GeneratedRegex(@"\$(?:(?<name>\w+)|\{(?<name>[^}]*)\})", RegexOptions.CultureInvariant)]
    private static partial Regex Variable();
}
