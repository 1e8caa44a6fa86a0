using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TestReaper.Analyzers.Flow;

/// <summary>Recognizes commands that exit by themselves, so that no code has to stop them.</summary>
internal static class ShortLivedCommands
{
    private static readonly HashSet<string> Programs = new((
        "kill pkill killall taskkill git tar gzip gunzip zip unzip which where chmod chown chgrp echo printf mkdir rmdir rm cp "
        + "mv ln touch ls dir cat ps pgrep pidof lsof fuser netstat ss ip ifconfig id whoami uname hostname date env printenv "
        + "true false test sync stty tput curl wget openssl sed awk grep head find xargs sysctl modprobe mount umount attrib "
        + "icacls setx reg sc net cmdkey xdg-open explorer open nvidia-smi initdb createdb dropdb createuser pg_isready pg_ctl "
        + "redis-cli mysqladmin nuget gcc cc clang make cmake mklink install ldconfig systemctl launchctl codesign security "
        + "dotnet-ef az aws gcloud gh").Split(' '), StringComparer.OrdinalIgnoreCase);

    // The programs of which only some subcommands are short-lived.
    private static readonly Dictionary<string, string[]> Subcommands = new(StringComparer.OrdinalIgnoreCase)
    {
        ["docker"] = Split("rm stop kill ps inspect pull build exec cp network volume image images rmi info version --version container "
            + "create port tag system"),
        ["podman"] = Split("rm stop kill ps inspect pull build rmi info version --version"),
        ["dotnet"] = Split("build restore publish pack clean tool new nuget --version --info --list-sdks --list-runtimes dev-certs ef "
            + "build-server sln add"),
        ["npm"] = Split("install ci pack --version -v"),
        ["npx"] = Split("--version"),
        ["node"] = Split("--version -v"),
        ["python"] = Split("--version -V"),
        ["python3"] = Split("--version -V"),
        ["java"] = Split("-version --version"),
        ["minikube"] = Split("stop delete status"),
        ["kubectl"] = Split("apply delete get describe create version wait"),
    };

    private static readonly HashSet<string> ComposeVerbs = new(
        Split("down stop rm kill ps pull build config ls version create port images"));

    /// <summary>Whether the arguments of the start ask a server to stop. Such a command exits with the server.</summary>
    public static bool AsksToStop(IOperation start) => start.Descendants().Any(inner =>
        inner is ILiteralOperation { ConstantValue: { HasValue: true, Value: string text } } && StopRequests.Contain(text));

    /// <summary>Whether the command runs a container. The client exits with the container, which can be stopped by its name.</summary>
    public static bool RunsContainer(StartCommand command) =>
        command.FileName is "docker" or "podman" or "nerdctl"
        && command.Arguments?.TrimStart().StartsWith("run ", StringComparison.Ordinal) == true;

    /// <summary>Whether the command is known, or its name is <paramref name="configured"/> in .editorconfig.</summary>
    public static bool Contains(StartCommand command, ISet<string> configured)
    {
        if (command.Arguments is { } arguments && StopRequests.Contain(arguments))
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

        var name = ReadProgramName(file);
        var words = (command.Arguments ?? "").Trim().Split(' ');
        if (name is "sh" or "bash" or "cmd" or "zsh" && words[0] is "-c" or "/c" or "/C")
        {
            return words.Length > 1 && !command.Arguments!.Contains('&') && !command.Arguments.Contains(';')
                && Contains(new StartCommand(words[1].Trim('"', '\''), string.Join(" ", words.Skip(2))), configured);
        }

        return Programs.Contains(name)
            || configured.Contains(name)
            || IsShortComposeCommand(name, words)
            || (Subcommands.TryGetValue(name, out var subcommands) && subcommands.Contains(words[0]));
    }

    // docker compose -f file.yml -p name down: the verb is the first word that is a command of Compose.
    private static bool IsShortComposeCommand(string name, string[] words) =>
        (name is "docker-compose" or "podman-compose" || (name is "docker" or "podman" && words[0] == "compose"))
        && words.FirstOrDefault(word => ComposeVerbs.Contains(word) || word is "up" or "run" or "exec" or "logs" or "start" or "watch")
            is { } verb
        && ComposeVerbs.Contains(verb);

    private static string ReadProgramName(string file)
    {
        var name = file.Trim().Split('/', '\\').Last();
        return name.EndsWith(".exe", StringComparison.OrdinalIgnoreCase) ? name.Substring(0, name.Length - 4) : name;
    }

    private static string[] Split(string words) => words.Split(' ');
}
