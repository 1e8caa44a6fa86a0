using System;
using System.Collections.Generic;
using System.Linq;

namespace TestReaper.Analyzers.Shape;

/// <summary>The commands that return at once and leave what they started to somebody else.</summary>
internal static class DetachingCommands
{
    private static readonly string[] Shells = ["sh", "bash", "zsh", "dash", "ash", "ksh"];
    private static readonly string[] Wrappers = ["sudo", "nohup", "exec", "time", "command", "env", "then", "do", "else", "!", "setsid", "nice", "ionice", "stdbuf"];
    private static readonly string[] ContainerSwitches = ["-i", "-t", "-P", "--rm", "--init", "--privileged", "--read-only", "--interactive", "--tty", "--publish-all", "--no-healthcheck", "--oom-kill-disable", "--quiet", "-q"];

    /// <summary>The words that detach, such as "docker run -d"; null where nothing does.</summary>
    public static string? Find(string file, IReadOnlyList<string> arguments)
    {
        var name = Name(file);
        return name switch
        {
            _ when Shells.Contains(name) => InShell(arguments),
            "powershell" or "pwsh" => PowerShell(arguments),
            "cmd" => Cmd(arguments),
            _ => Of(name, arguments),
        };
    }

    private static string? Of(string name, IReadOnlyList<string> arguments) => name switch
    {
        "docker" or "podman" or "nerdctl" => Container(name, arguments),
        "docker-compose" => arguments.Contains("up") && HasDetach(arguments.SkipWhile(word => word != "up").Skip(1)) ? "docker-compose up -d" : null,
        "setsid" when Options(arguments, []).Any(option => option == "--fork" || IsCluster(option, 'f')) => "setsid -f",
        "disown" => "disown",
        "systemd-run" when !arguments.Contains("--scope") => "systemd-run",
        "tmux" when arguments.Any(word => word is "new" or "new-session")
            && Options(arguments.SkipWhile(word => word is not ("new" or "new-session")).Skip(1), ["-A", "-D", "-d", "-E", "-P", "-X"]).Any(option => IsCluster(option, 'd')) => "tmux new -d",
        "screen" when Options(arguments, ["-d", "-D", "-m"]).ToList() is var options && options.Any(option => IsCluster(option, 'd')) && options.Any(option => IsCluster(option, 'm')) => "screen -dm",
        _ when Wrappers.Contains(name) => Wrapped(arguments),
        _ => null,
    };

    private static string? Wrapped(IReadOnlyList<string> arguments)
    {
        var inner = arguments.SkipWhile(word => word.StartsWith("-", StringComparison.Ordinal) || word.Contains('=')).ToList();
        return inner.Count > 0 ? Find(inner[0], inner.GetRange(1, inner.Count - 1)) : null;
    }

    private static string? Container(string name, IReadOnlyList<string> arguments)
    {
        var rest = arguments.SkipWhile(word => word == "container").ToList();
        if (rest.Count > 0 && rest[0] == "compose")
        {
            return rest.Contains("up") && HasDetach(rest.SkipWhile(word => word != "up").Skip(1)) ? $"{name} compose up -d" : null;
        }

        return rest.Count > 0 && rest[0] == "run" && HasDetach(Options(rest.Skip(1), ContainerSwitches)) ? $"{name} run -d" : null;
    }

    private static bool HasDetach(IEnumerable<string> options) => options.Any(option => option is "--detach" or "--detach=true" || IsCluster(option, 'd'));

    /// <summary>The options before the first word that is none. Those that are no switches take the next word for their value.</summary>
    private static IEnumerable<string> Options(IEnumerable<string> words, string[] switches)
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

            isValue = switches.Length > 0 && !word.Contains('=') && !switches.Contains(word) && !(word.StartsWith("--detach", StringComparison.Ordinal) || word.Skip(1).All(letter => letter is 'd' or 'i' or 't' or 'm'));
            yield return word;
        }
    }

    private static bool IsCluster(string option, char letter) =>
        option.Length is > 1 and <= 5 && option[0] == '-' && option[1] != '-' && option.Skip(1).All(char.IsLetter) && option.IndexOf(letter) > 0;

    private static string? InShell(IReadOnlyList<string> arguments)
    {
        var text = arguments.SkipWhile(word => !IsCluster(word, 'c')).Skip(1).FirstOrDefault();
        return text is null ? null : CommandLine.Commands(text).Select(command => Wrapped(command)).FirstOrDefault(found => found is not null);
    }

    private static string? PowerShell(IReadOnlyList<string> arguments) =>
        CommandLine.Commands(string.Join(" ", arguments)).FirstOrDefault(words => words.Contains("Start-Process", StringComparer.OrdinalIgnoreCase)) is { } command && !command.Contains("-Wait", StringComparer.OrdinalIgnoreCase)
            ? "Start-Process"
            : null;

    private static string? Cmd(IReadOnlyList<string> arguments)
    {
        var words = CommandLine.Split(string.Join(" ", arguments)).Select(word => word.ToLowerInvariant()).SkipWhile(word => word.StartsWith("/", StringComparison.Ordinal)).ToList();
        return words.Count > 0 && words[0] == "start" && words.Contains("/b") && !words.Contains("/wait") ? "start /b" : null;
    }

    private static string Name(string file)
    {
        var name = file.Substring(file.LastIndexOfAny(['/', '\\']) + 1).ToLowerInvariant();
        return name.EndsWith(".exe", StringComparison.Ordinal) ? name.Substring(0, name.Length - 4) : name;
    }
}
