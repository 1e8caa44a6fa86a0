using TestReaper.Benchmarks;
using TestReaper.Benchmarks.Rows;

return args switch
{
    [FirstReap.Verb, var tree, var count, var directory] => await FirstReap.RunInThisHostAsync(tree, count, directory),
    [WatchdogStart.Verb, var watchdog, var server, var directory, var host] =>
        await WatchdogStart.RunInThisHostAsync(watchdog, server, directory, host),
    [WatchdogEnd.Verb, var server, var directory] => await WatchdogEnd.RunInThisHostAsync(server, directory),
    [StartBesideLeftover.Verb, var server, var directory] => await StartBesideLeftover.RunInThisHostAsync(server, directory),
    [CleanClass.Verb] => await CleanClass.RunInThisHostAsync(),
    [WatchdogRows.Verb] => await WatchdogRows.ShowAsync(),
    [ReapTime.Verb, var count] => await Collected.RunAsync(args, () => ReapTime.ShowAsync(count)),
    [WaitingCpu.Verb] => await WaitingCpu.ShowAsync(),
    [StartToReady.Verb] => await StartToReady.ShowAsync(),
    [IdleServers.Verb, var count] => await IdleServers.ShowAsync(count, areYounger: false),
    [IdleServers.Verb, var count, "younger"] => await IdleServers.ShowAsync(count, areYounger: true),
    [GpuCost.Verb] => await GpuCost.ShowAsync(),
    [RulesTime.HostVerb, var rounds] => await RulesTime.RunInThisHostAsync(rounds),
    [RulesTime.Verb] => await RulesTime.ShowAsync(),
    _ => await Collected.RunAsync(args, () => Benchmark.RunAsync(Options.Parse(args))),
};
