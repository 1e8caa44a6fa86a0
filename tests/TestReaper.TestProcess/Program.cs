using System.Net.Sockets;

namespace TestReaper.TestProcess;

/// <summary>
/// Plays every process that a test needs: <see cref="Options"/> lists the parts. It stays alive until told otherwise.
/// </summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        // Running this program as "--run ..." is being the middle process of a double fork, and nothing else.
        if (args is ["--run", .. var leaf])
        {
            Family.Spawn(leaf);
            return ExitCodes.Stopped;
        }

        try
        {
            var options = Options.Parse(args);
            Play(options);
            Stay(options);
            return ExitCodes.Stopped;
        }
        catch (Exception failure) when (failure is ArgumentException or IOException or SocketException or FormatException)
        {
            Output.WriteError(failure.Message);
            return ExitCodes.Failed;
        }
    }

    private static void Play(Options options)
    {
        _ = LibC.alarm(options.LifetimeSeconds);
        var snapshot = options.DumpFile is null ? null : StartSnapshot.Take();
        var family = new Family(options);
        DiagnosticFiles.Remove();

        // Whoever sees the registration may send a signal at once, so both must be in place before it.
        Session.Enter(options);
        StopSignals.Handle(options, family);
        Registration.Enter(options);

        snapshot?.WriteTo(options.DumpFile!);
        if (options.LockFile is not null)
        {
            FileLock.Hold(options.LockFile);
        }

        family.SpawnAll();
        Listeners.Open(options);
        Output.Write(options);
    }

    private static void Stay(Options options)
    {
        using var end = new Timer(_ => Environment.Exit(options.ExitCode), null, options.ExitAfter, Timeout.Infinite);
        if (options.CopyInput)
        {
            Output.CopyInput();
        }

        if (options.LeaderExits)
        {
            LeadingThread.Exit();
        }

        Thread.Sleep(Timeout.Infinite);
    }
}
