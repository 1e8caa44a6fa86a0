using TestReaper.Benchmarks;
using TestReaper.Benchmarks.Rows;

return args switch
{
    [FirstReap.Verb, var tree, var count, var directory] => await FirstReap.RunInThisHostAsync(tree, count, directory),
    [RulesTime.Verb] => await RulesTime.ShowAsync(),
    _ => await Benchmark.RunAsync(Options.Parse(args)),
};
