using System.Collections.Generic;
using System.Text;

namespace TestReaper.Analyzers.Shape;

/// <summary>Takes a command line apart.</summary>
internal static class CommandLine
{
    /// <summary>The arguments of one program, as .NET splits them.</summary>
    public static List<string> Split(string text)
    {
        var commands = Read(text, isShell: false);
        return commands.Count > 0 ? commands[0] : [];
    }

    /// <summary>The commands of a shell's text, each with its arguments.</summary>
    public static List<List<string>> Commands(string text) => Read(text, isShell: true);

    private static List<List<string>> Read(string text, bool isShell)
    {
        List<List<string>> commands = [];
        List<string> command = [];
        var word = new StringBuilder();
        var (quote, isWord) = ('\0', false);
        foreach (var at in text)
        {
            if (quote != '\0' ? at == quote : at == '"' || isShell && at == '\'')
            {
                (quote, isWord) = (quote == '\0' ? at : '\0', true);
            }
            else if (quote == '\0' && (char.IsWhiteSpace(at) || isShell && at is ';' or '&' or '|' or '(' or ')' or '{' or '}'))
            {
                EndWord();
                if (isShell && at is not (' ' or '\t'))
                {
                    EndCommand();
                }
            }
            else
            {
                word.Append(at);
                isWord = true;
            }
        }

        EndWord();
        EndCommand();
        return commands;

        void EndWord()
        {
            if (isWord)
            {
                command.Add(word.ToString());
                word.Clear();
                isWord = false;
            }
        }

        void EndCommand()
        {
            if (command.Count > 0)
            {
                commands.Add(command);
                command = [];
            }
        }
    }
}
