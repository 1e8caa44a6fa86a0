using System.CommandLine;
using TestReaper.Tool;
using TestReaper.Tool.Commands;

var root = new RootCommand("Shows and reaps the process trees of test servers. Exit codes: 0 done, 1 something is left or was leaked, 2 wrong usage.")
{
    PsCommand.Create(),
    SweepCommand.Create(),
    KillCommand.Create(),
    RunCommand.Create(),
};
var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors)
    {
        await Console.Error.WriteLineAsync(error.Message);
    }

    await Console.Error.WriteLineAsync("Try --help.");
    return ExitCodes.Usage;
}

// Ctrl+C is the command's own affair: what runs below it must be reaped first.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
