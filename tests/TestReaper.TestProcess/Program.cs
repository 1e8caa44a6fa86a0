using System.Globalization;
using System.Net.Sockets;

namespace TestReaper.TestProcess;

/// <summary>
/// Acts as any process that a test needs, as <see cref="Options"/> describe. It stays alive until a signal, an option or its lifetime
/// ends it.
/// </summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        // "--run ..." makes this process the middle one of a double fork, which spawns the daemon and exits.
        if (args is ["--run", .. var leaf])
        {
            ChildProcesses.Spawn(leaf);
            return ExitCodes.Stopped;
        }

        // "--relay N ..." starts a process with N - 1 and exits: the tree moves on while it is scanned.
        if (args is ["--relay", var count, .. var last])
        {
            return Relay.Run(int.Parse(count, CultureInfo.InvariantCulture), last);
        }

        if (args is ["download", ..])
        {
            return FakeHub.RunAsync(args).GetAwaiter().GetResult();
        }

        if (args is ["ollama"])
        {
            return FakeOllama.RunAsync().GetAwaiter().GetResult();
        }

        try
        {
            var options = Options.Parse(args);
            Start(options);
            StayAlive(options);
            return ExitCodes.Stopped;
        }
        catch (Exception failure) when (failure is ArgumentException or IOException or SocketException or FormatException)
        {
            Output.WriteError(failure.Message);
            return ExitCodes.Failed;
        }
    }

    private static void Start(Options options)
    {
        Lifetime.Limit(options.LifetimeSeconds);
        var snapshot = options.DumpFile is null ? null : StartSnapshot.Take();
        var children = new ChildProcesses(options);
        if (!options.KeepsDiagnostics)
        {
            DiagnosticFiles.Remove();
        }

        // A test that sees the registration may send a signal at once, so the session and the handlers must exist before it.
        Session.Enter(options);
        StopSignals.Handle(options, children);
        if (options.CudaMemory is not null)
        {
            Cuda.Hold(options.CudaMemory);
        }

        Registration.Create(options);

        snapshot?.WriteTo(options.DumpFile!);
        if (options.LockFile is not null)
        {
            FileLock.Hold(options.LockFile);
        }

        children.SpawnAll();
        Listeners.Open(options);
        Output.Write(options);
    }

    private static void StayAlive(Options options)
    {
        using var end = new Timer(_ => Environment.Exit(options.ExitCode), null, options.ExitAfter, Timeout.Infinite);
        if (options.CopyInput)
        {
            Output.CopyInput();
        }

        if (options.LeaderExits)
        {
            MainThread.Exit();
        }

        Thread.Sleep(Timeout.Infinite);
    }
}
