using System.Diagnostics;

/// <summary>Starts processes that hold a lock in the registry of the acceptance test, which shows that they are alive.</summary>
internal static class Support
{
    private static string Program => Environment.GetEnvironmentVariable("ACCEPTANCE_PROGRAM")!;

    private static string Registry => Environment.GetEnvironmentVariable("ACCEPTANCE_REGISTRY")!;

    public static string FileInRegistry(string name) => Path.Combine(Registry, name);

    public static ProcessStartInfo Info(string role, params string[] options) =>
        new(Program, ["--registry", Registry, "--role", role, .. options]);

    public static ServerProcessOptions Server(string role, params string[] options) => new()
    {
        FileName = Program,
        Arguments = ["--registry", Registry, "--role", role, .. options],
        Reap = new ReapOptions { GracePeriod = TimeSpan.Zero },
        LogDirectory = Path.Combine(Registry, ".logs"),
    };

    public static Process Start(string role, params string[] options)
    {
        var process = Process.Start(Info(role, options))!;
        WaitFor(role);
        return process;
    }

    /// <summary>Starts a process that leaves its parent and its session.</summary>
    public static void StartDaemon(string role)
    {
        var info = Info(role);
        using var setsid = Process.Start(new ProcessStartInfo("setsid", ["--fork", info.FileName, .. info.ArgumentList]))!;
        setsid.WaitForExit();
        WaitFor(role);
    }

    public static void Stop(Process process)
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
    }

    public static void WaitFor(string role)
    {
        if (!SpinWait.SpinUntil(() => Directory.EnumerateFiles(Registry, role + "-*").Any(), TimeSpan.FromSeconds(20)))
        {
            throw new TimeoutException(role + " did not start");
        }
    }
}
