using System.Runtime.CompilerServices;

namespace Cases.Crash;

/// <summary>The host ends as the environment says, while its server runs.</summary>
#if NUNIT
public sealed class CrashTests : ServerProcessFixture
{
    protected override ServerProcessOptions CreateOptions() => CrashServer.Options();

    [Fact]
    public void It_ends() => Ends.Now();
}
#else
public sealed class CrashFixture : ServerProcessFixture
{
    protected override ServerProcessOptions CreateOptions() => CrashServer.Options();
}

public sealed class CrashTests(CrashFixture fixture) : IClassFixture<CrashFixture>
{
    [Fact]
    public void It_ends()
    {
        _ = fixture.Server;
        Ends.Now();
    }
}
#endif

internal static class CrashServer
{
    public static ServerProcessOptions Options() => Support.Server(
        "crash", [.. (Environment.GetEnvironmentVariable("ACCEPTANCE_TREE") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries), "--print", "up"])
        with { Readiness = Readiness.OutputLine("up") };
}

internal static class Ends
{
    public static void Now()
    {
        File.WriteAllText(Support.FileInRegistry(".host.new"), $"{Environment.ProcessId}");
        File.Move(Support.FileInRegistry(".host.new"), Support.FileInRegistry(".host"));
        switch (Environment.GetEnvironmentVariable("ACCEPTANCE_END"))
        {
            case "FailFast":
                Environment.FailFast("on purpose");
                break;
            case "StackOverflow":
                Overflow(1);
                break;
            case "Exit":
                Environment.Exit(7);
                break;
            case "UnhandledException":
                new Thread(() => throw new InvalidOperationException("on purpose")).Start();
                break;
        }

        // Until somebody ends it from outside.
        Thread.Sleep(TimeSpan.FromSeconds(100));
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.NoOptimization)]
    private static int Overflow(int depth) => Overflow(depth + 1) + Overflow(depth + 2);
}
