using System;
using System.Collections.Generic;
using System.Linq;

namespace TestReaper.Analyzers.Shape;

/// <summary>Recognizes commands that return at once and leave the process they started to a daemon or to init.</summary>
internal static class DetachingCommands
{
    private static readonly string[] Shells = ["sh", "bash", "zsh", "dash", "ash", "ksh"];

    private static readonly string[] Wrappers =
        ["sudo", "nohup", "exec", "time", "command", "env", "then", "do", "else", "!", "setsid", "nice", "ionice", "stdbuf"];

    // The options of "docker run" without a value. Any other option takes the next word as its value.
    private static readonly string[] ContainerSwitches =
    [
        "-i", "-t", "-P", "--rm", "--init", "--privileged", "--read-only", "--interactive", "--tty", "--publish-all", "--no-healthcheck",
        "--oom-kill-disable", "--quiet", "-q",
    ];

    private static readonly string[] TmuxSwitches = ["-A", "-D", "-d", "-E", "-P", "-X"];
    private static readonly string[] ScreenSwitches = ["-d", "-D", "-m"];

    /// <summary>The words that detach, such as "docker run -d". Null if the command does not detach.</summary>
    public static string? Find(string file, IReadOnlyList<string> arguments)
    {
        var name = ReadProgramName(file);
        return name switch
        {
            _ when Shells.Contains(name) => FindInShell(arguments),
            "powershell" or "pwsh" => FindInPowerShell(arguments),
            "cmd" => FindInCmd(arguments),
            "docker" or "podman" or "nerdctl" => FindInContainer(name, arguments),
            "docker-compose" => ComposesUp(arguments) ? "docker-compose up -d" : null,
            "setsid" when FindOptions(arguments, []).Any(option => option == "--fork" || IsCluster(option, 'f')) => "setsid -f",
            "disown" => "disown",
            "systemd-run" when !arguments.Contains("--scope") => "systemd-run",
            "tmux" when DetachesTmux(arguments) => "tmux new -d",
            "screen" when DetachesScreen(arguments) => "screen -dm",
            _ when Wrappers.Contains(name) => FindWrapped(arguments),
            _ => null,
        };
    }

    private static string? FindWrapped(IReadOnlyList<string> arguments)
    {
        var inner = arguments.SkipWhile(word => word.StartsWith("-", StringComparison.Ordinal) || word.Contains('=')).ToList();
        return inner.Count > 0 ? Find(inner[0], inner.GetRange(1, inner.Count - 1)) : null;
    }

    private static string? FindInContainer(string name, IReadOnlyList<string> arguments)
    {
        var words = arguments.SkipWhile(word => word == "container").ToList();
        return words.FirstOrDefault() switch
        {
            "compose" => ComposesUp(words) ? $"{name} compose up -d" : null,
            "run" => HasDetach(FindOptions(words.Skip(1), ContainerSwitches)) ? $"{name} run -d" : null,
            _ => null,
        };
    }

    private static bool ComposesUp(IReadOnlyList<string> words) =>
        words.Contains("up") && HasDetach(words.SkipWhile(word => word != "up").Skip(1));

    private static bool HasDetach(IEnumerable<string> options) =>
        options.Any(option => option is "--detach" or "--detach=true" || IsCluster(option, 'd'));

    private static bool DetachesTmux(IReadOnlyList<string> arguments)
    {
        var words = arguments.SkipWhile(word => word is not ("new" or "new-session")).ToList();
        return FindOptions(words.Skip(1), TmuxSwitches).Any(option => IsCluster(option, 'd'));
    }

    private static bool DetachesScreen(IReadOnlyList<string> arguments)
    {
        var options = FindOptions(arguments, ScreenSwitches).ToList();
        return options.Any(option => IsCluster(option, 'd')) && options.Any(option => IsCluster(option, 'm'));
    }

    /// <summary>The options before the first operand. If there are <paramref name="switches"/>, any other option takes a value.</summary>
    private static IEnumerable<string> FindOptions(IEnumerable<string> words, string[] switches)
    {
        var isValue = false;
        foreach (var word in words)
        {
            if (isValue)
            {
                isValue = false;
                continue;
            }

            if (!word.StartsWith("-", StringComparison.Ordinal))
            {
                yield break;
            }

            isValue = switches.Length > 0 && TakesValue(word, switches);
            yield return word;
        }
    }

    private static bool TakesValue(string option, string[] switches) =>
        !option.Contains('=')
        && !switches.Contains(option)
        && !option.StartsWith("--detach", StringComparison.Ordinal)
        && !option.Skip(1).All(letter => letter is 'd' or 'i' or 't' or 'm');

    // Whether the option is a group of one-letter options, such as -dit, with this letter in it.
    private static bool IsCluster(string option, char letter) =>
        option.Length is > 1 and <= 5
        && option[0] == '-'
        && option[1] != '-'
        && option.Skip(1).All(char.IsLetter)
        && option.IndexOf(letter) > 0;

    private static string? FindInShell(IReadOnlyList<string> arguments)
    {
        var script = arguments.SkipWhile(word => !IsCluster(word, 'c')).Skip(1).FirstOrDefault();
        return script is null ? null : CommandLine.SplitCommands(script).Select(FindWrapped).FirstOrDefault(found => found is not null);
    }

    // A script that goes on after the start stays the parent of the process, so a kill of its tree ends both.
    private static string? FindInPowerShell(IReadOnlyList<string> arguments)
    {
        var last = CommandLine.SplitCommands(string.Join(" ", arguments)).LastOrDefault(words => words.Count > 0 && words[0] != "exit");
        return last is not null && last.Contains("Start-Process", StringComparer.OrdinalIgnoreCase)
            && !last.Any(word => word.StartsWith("-Wait", StringComparison.OrdinalIgnoreCase)) ? "Start-Process" : null;
    }

    private static string? FindInCmd(IReadOnlyList<string> arguments)
    {
        var words = CommandLine.Split(string.Join(" ", arguments))
            .Select(word => word.ToLowerInvariant())
            .SkipWhile(word => word.StartsWith("/", StringComparison.Ordinal))
            .ToList();
        var goesOn = words.Contains("/wait") || words.Any(word => word.Contains('&'));
        return words.Count > 0 && words[0] == "start" && words.Contains("/b") && !goesOn ? "start /b" : null;
    }

    private static string ReadProgramName(string file)
    {
        var name = file.Substring(file.LastIndexOfAny(['/', '\\']) + 1).ToLowerInvariant();
        return name.EndsWith(".exe", StringComparison.Ordinal) ? name.Substring(0, name.Length - 4) : name;
    }
}
