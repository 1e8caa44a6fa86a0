using System.Runtime.CompilerServices;

namespace Cases.Crash;

/// <summary>The host ends while its server runs, in the way that ACCEPTANCE_END names.</summary>
#if NUNIT
public sealed class CrashTests : ServerProcessFixture
{
    protected override ServerProcessOptions CreateOptions() => CrashServer.Options();

    [Fact]
    public void The_host_ends() => HostEnd.Trigger();
}
#else
public sealed class CrashFixture : ServerProcessFixture
{
    protected override ServerProcessOptions CreateOptions() => CrashServer.Options();
}

public sealed class CrashTests(CrashFixture fixture) : IClassFixture<CrashFixture>
{
    [Fact]
    public void The_host_ends()
    {
        _ = fixture.Server;
        HostEnd.Trigger();
    }
}
#endif

internal static class CrashServer
{
    public static ServerProcessOptions Options()
    {
        var tree = (Environment.GetEnvironmentVariable("ACCEPTANCE_TREE") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return Support.Server("crash", [.. tree, "--print", "up"]) with { Readiness = Readiness.OutputLine("up") };
    }
}

internal static class HostEnd
{
    public static void Trigger()
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

        // Any other end comes from a signal to the host or the runner.
        Thread.Sleep(TimeSpan.FromSeconds(100));
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.NoOptimization)]
    private static int Overflow(int depth) => Overflow(depth + 1) + Overflow(depth + 2);
}
