namespace Cases.Parallel;

#if NUNIT
[Parallelizable(ParallelScope.Self)]
#endif
public abstract class CleanClass
{
    [Fact]
    public async Task It_stops_what_it_starts()
    {
        var process = Support.Start("parallel-clean");
        await Task.Delay(200);
        Support.Stop(process);
    }
}

public sealed class Clean0 : CleanClass;
public sealed class Clean1 : CleanClass;
public sealed class Clean2 : CleanClass;
public sealed class Clean3 : CleanClass;
public sealed class Clean4 : CleanClass;
public sealed class Clean5 : CleanClass;
public sealed class Clean6 : CleanClass;
public sealed class Clean7 : CleanClass;
public sealed class Clean8 : CleanClass;
public sealed class Clean9 : CleanClass;

[AssertReaped(timeout: 1)]
public sealed class LeakyOne
{
    [Fact]
    public void It_leaks() => Support.Start("parallel-leak-one");
}

[AssertReaped(timeout: 1)]
public sealed class LeakyTwo
{
    [Fact]
    public void It_leaks() => Support.StartDaemon("parallel-leak-two");
}
