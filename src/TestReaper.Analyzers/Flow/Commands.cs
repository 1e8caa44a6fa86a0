using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TestReaper.Analyzers.Flow;

/// <summary>Tells a command that ends at once by its constant name: nobody has to stop it.</summary>
internal static class Commands
{
    private static readonly HashSet<string> ShortLived = new((
        "kill pkill killall taskkill git tar gzip gunzip zip unzip which where chmod chown chgrp echo printf mkdir rmdir rm cp mv ln touch ls dir cat ps pgrep pidof lsof fuser netstat ss ip ifconfig id whoami uname hostname "
        + "date env printenv true false test sync stty tput curl wget openssl sed awk grep head find xargs sysctl modprobe mount umount attrib icacls setx reg sc net cmdkey xdg-open explorer open nvidia-smi "
        + "initdb createdb dropdb createuser pg_isready pg_ctl redis-cli mysqladmin nuget gcc cc clang make cmake mklink install ldconfig systemctl launchctl codesign security dotnet-ef").Split(' '), StringComparer.OrdinalIgnoreCase);

    private static readonly Dictionary<string, string[]> ShortLivedVerbs = new(StringComparer.OrdinalIgnoreCase)
    {
        ["docker"] = ["rm", "stop", "kill", "ps", "inspect", "pull", "build", "exec", "cp", "network", "volume", "image", "images", "rmi", "info", "version", "--version", "container", "create", "port", "tag", "system"],
        ["podman"] = ["rm", "stop", "kill", "ps", "inspect", "pull", "build", "rmi", "info", "version", "--version"],
        ["dotnet"] = ["build", "restore", "publish", "pack", "clean", "tool", "new", "nuget", "--version", "--info", "--list-sdks", "--list-runtimes", "dev-certs", "ef", "build-server", "sln", "add"],
        ["npm"] = ["install", "ci", "pack", "--version", "-v"],
        ["npx"] = ["--version"],
        ["node"] = ["--version", "-v"],
        ["python"] = ["--version", "-V"],
        ["python3"] = ["--version", "-V"],
        ["java"] = ["-version", "--version"],
        ["minikube"] = ["stop", "delete", "status"],
        ["kubectl"] = ["apply", "delete", "get", "describe", "create", "version", "wait"],
    };

    private static readonly Regex Stop = new(@"(^|[\s/.""'(])-{0,2}(shutdown|stop|quit)(Server|All)?($|[\s""'();])", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase);

    /// <summary>The arguments of the start tell some server to end: whoever does that ends with it.</summary>
    public static bool SaysStop(IOperation start) => start.Descendants().Any(inner => inner is ILiteralOperation { ConstantValue: { HasValue: true, Value: string text } } && Stop.IsMatch(text));

    /// <summary>Its client lives as long as the container, which has a name to be stopped by.</summary>
    public static bool RunsContainer(StartCommand command) => command.FileName is "docker" or "podman" or "nerdctl" && command.Arguments?.TrimStart().StartsWith("run ", StringComparison.Ordinal) == true;

    public static bool IsShortLived(StartCommand command, ISet<string> further)
    {
        if (command.Arguments is { } arguments && Stop.IsMatch(arguments))
        {
            return true;
        }

        if (command.FileName is not { } file)
        {
            return false;
        }

        if (file.StartsWith("http", StringComparison.OrdinalIgnoreCase) && file.Contains("://"))
        {
            return true;
        }

        var name = file.Trim().Split('/', '\\').Last();
        name = name.EndsWith(".exe", StringComparison.OrdinalIgnoreCase) ? name.Substring(0, name.Length - 4) : name;
        var words = (command.Arguments ?? "").Trim().Split(' ');
        if ((name is "sh" or "bash" or "cmd" or "zsh") && words[0] is "-c" or "/c" or "/C")
        {
            return words.Length > 1 && !command.Arguments!.Contains('&') && !command.Arguments.Contains(';') && IsShortLived(new StartCommand(words[1].Trim('"', '\''), string.Join(" ", words.Skip(2))), further);
        }

        return ShortLived.Contains(name) || further.Contains(name)
            || ShortLivedVerbs.TryGetValue(name, out var verbs) && verbs.Contains(words[0]);
    }
}
