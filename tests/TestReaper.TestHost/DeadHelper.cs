using System.Runtime.InteropServices;
using TestReaper.Platform;

namespace TestReaper.TestHost;

/// <summary>Kills one helper of the host, which is its watchdog, before the host writes to it.</summary>
/// <param name="inner">Launches all programs.</param>
/// <param name="number">Which helper is killed, counted from 1.</param>
internal sealed partial class DeadHelper(IProcessLauncher inner, int number) : IProcessLauncher
{
    private const int SigKill = 9;
    private int _launched;

    public LaunchedProcess Launch(LaunchSpec spec) => inner.Launch(spec);

    public LaunchedProcess LaunchHelper(LaunchSpec spec)
    {
        var helper = inner.LaunchHelper(spec);
        if (++_launched == number)
        {
            // It leads a process group: the script dies with the shell that starts it.
            _ = kill(-helper.Identity.Pid, SigKill);
        }

        return helper;
    }

    public INonBlockingPipe TakeInput(LaunchedProcess helper)
    {
        var pipe = inner.TakeInput(helper);
        if (_launched == number)
        {
            WaitUntilBroken(pipe);
        }

        return pipe;
    }

    public void Prepare() => inner.Prepare();

    public void EndHelper(LaunchedProcess helper) => inner.EndHelper(helper);

    public bool IsExecutable(string path) => inner.IsExecutable(path);

    public string? ExplainNoAccess(string path) => inner.ExplainNoAccess(path);

    public IDisposable? PassDefaultPipeSignal() => inner.PassDefaultPipeSignal();

    private static void WaitUntilBroken(INonBlockingPipe pipe)
    {
        try
        {
            while (pipe.TryWrite("\n"u8) >= 0)
            {
                Thread.Yield();
            }
        }
        catch (IOException)
        {
            // No process reads it any more.
        }
    }

    [LibraryImport("libc")]
    private static partial int kill(int pid, int signal);
}
