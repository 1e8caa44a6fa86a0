using System.Collections.Generic;
using System.Text;

namespace TestReaper.Analyzers.Shape;

/// <summary>Splits a command line into words.</summary>
internal static class CommandLine
{
    /// <summary>The arguments of one program, split as .NET does.</summary>
    public static List<string> Split(string text)
    {
        var commands = Read(text, isShell: false);
        return commands.Count > 0 ? commands[0] : [];
    }

    /// <summary>The commands of a shell script, each with its arguments.</summary>
    public static List<List<string>> SplitCommands(string text) => Read(text, isShell: true);

    private static List<List<string>> Read(string text, bool isShell)
    {
        List<List<string>> commands = [];
        List<string> command = [];
        var word = new StringBuilder();
        var (quote, isWord) = ('\0', false);
        foreach (var letter in text)
        {
            if (quote != '\0' ? letter == quote : IsQuote(letter, isShell))
            {
                (quote, isWord) = (quote == '\0' ? letter : '\0', true);
            }
            else if (quote == '\0' && IsSeparator(letter, isShell))
            {
                EndWord();
                if (isShell && letter is not (' ' or '\t'))
                {
                    EndCommand();
                }
            }
            else
            {
                word.Append(letter);
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

    private static bool IsQuote(char letter, bool isShell) => letter == '"' || (isShell && letter == '\'');

    private static bool IsSeparator(char letter, bool isShell) =>
        char.IsWhiteSpace(letter) || (isShell && letter is ';' or '&' or '|' or '(' or ')' or '{' or '}');
}
