using SampleServer;
using SampleServer.Processes;

if (args.Contains("--help"))
{
    Console.WriteLine(Options.Help);
    return 0;
}

try
{
    var options = Options.Parse(args);

    return options.Role switch
    {
        Roles.Launcher => await Launcher.RunAsync(options),
        Roles.SchedulerStarter => SchedulerStarter.Run(options),
        _ => await Part.RunAsync(options),
    };
}
catch (OptionException e)
{
    await Console.Error.WriteLineAsync($"{e.Message} (--help lists the switches)");
    return 2;
}
catch (IOException e)
{
    // A lock or a port is still held, usually by a process that an earlier run left behind.
    await Console.Error.WriteLineAsync($"SampleServer: {e.Message}");
    return 1;
}
