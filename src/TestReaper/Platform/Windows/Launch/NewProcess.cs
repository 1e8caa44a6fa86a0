using TestReaper.Platform.Windows.Jobs;
using TestReaper.Platform.Windows.Native;
using TestReaper.Platform.Windows.Processes;
using TestReaper.Platform.Windows.Wait;

namespace TestReaper.Platform.Windows.Launch;

// Constraint: a server must be in its job before its first instruction, because what it starts before that is not in the job. Process.Start
// cannot do this: between the creation and AssignProcessToJobObject the server runs.
//
// Scheme: CreateProcess takes a list of attributes. PROC_THREAD_ATTRIBUTE_JOB_LIST creates the process in the job, and
// PROC_THREAD_ATTRIBUTE_HANDLE_LIST lets it inherit its three standard streams and nothing else.
//
// Invariants:
// - The child's ends of the pipes are inheritable only from just before CreateProcess until just behind it. What other code starts in
//   that time with all inheritable handles gets them, too: then the end of the output is noticed late.
// - A server leads a console group of its own, so that Ctrl+Break reaches it and not this process.
// - If anything fails after the process exists, its job is killed, and with it the process.

/// <summary>Starts programs by CreateProcessW.</summary>
[SupportedOSPlatform("windows")]
internal static unsafe class NewProcess
{
    private const uint NewGroup = 0x200, UnicodeEnvironment = 0x400, ExtendedStartup = 0x80000, NoWindow = 0x08000000;
    private const int UseStandardHandles = 0x100;

    // The longest command line that CreateProcess takes, with the NUL.
    private const int MostLetters = 32767;

    /// <exception cref="LaunchException">The program cannot be started.</exception>
    public static WindowsChild Start(LaunchSpec spec, bool useJob, bool isHelper)
    {
        var commandLine = BatchFiles.WriteCommandLine(spec);
        if (commandLine.Length >= MostLetters)
        {
            throw new LaunchException(
                $"its command line has {commandLine.Length} characters, and Windows allows {MostLetters - 1}. Pass long values in a file.");
        }

        using var output = StandardPipe.Create(isRead: true);
        using var error = StandardPipe.Create(isRead: true);
        using var input = spec.RedirectStandardInput ? StandardPipe.Create(isRead: false) : null;
        using var none = input is null ? StandardPipe.OpenNull() : null;
        var obstacle = "switched off";
        var job = useJob ? JobObject.TryCreate("job object", out obstacle) : null;
        try
        {
            var (handle, pid) = Create(spec, commandLine, input, none, output, error, ref job, ref obstacle, isHelper);
            return new WindowsChild(
                handle,
                new ProcessIdentity(pid, OpenedProcess.StartTimeOf(handle) ?? 0),
                new Containment(job, obstacle),
                output.TakeOwnEnd(),
                error.TakeOwnEnd(),
                input?.TakeOwnEnd(),
                leadsGroup: !isHelper);
        }
        catch
        {
            job?.Kill();
            job?.TryRemove();
            throw;
        }
    }

    private static (SystemHandle Handle, int Pid) Create(
        LaunchSpec spec,
        string commandLine,
        StandardPipe? input,
        SystemHandle? none,
        StandardPipe output,
        StandardPipe error,
        ref JobObject? job,
        ref string obstacle,
        bool isHelper)
    {
        input?.ShareChildEnd();
        output.ShareChildEnd();
        error.ShareChildEnd();
        if (none is not null)
        {
            StandardPipe.Share(none);
        }

        ReadOnlySpan<nint> streams = [input?.ChildEnd ?? none!.Value, output.ChildEnd, error.ChildEnd];
        if (TryCreate(spec, commandLine, streams, job?.Handle ?? 0, isHelper, out var created))
        {
            return created;
        }

        // A host in a job with limits of the user interface can create no process in a further job.
        var refusal = Marshal.GetLastPInvokeError();
        if (job is not null
            && refusal is WinError.AccessDenied or WinError.InvalidParameter
            && TryCreate(spec, commandLine, streams, job: 0, isHelper, out created))
        {
            job!.TryRemove();
            (job, obstacle) = (null, "the job of this process allows no further job");
            return created;
        }

        throw new LaunchException(Explain(refusal, spec));
    }

    private static bool TryCreate(
        LaunchSpec spec,
        string commandLine,
        ReadOnlySpan<nint> streams,
        nint job,
        bool isHelper,
        out (SystemHandle Handle, int Pid) process)
    {
        using var attributes = new AttributeList(streams, job);
        var startup = new StartupInfoEx
        {
            Size = sizeof(StartupInfoEx),
            Flags = UseStandardHandles,
            Input = streams[0],
            Output = streams[1],
            Error = streams[2],
            Attributes = attributes.Value,
        };
        fixed (char* application = spec.Executable, environment = EnvironmentBlock.Write(spec.Environment))
        fixed (char* directory = Path.GetFullPath(spec.WorkingDirectory))
        fixed (char* line = (commandLine + '\0').ToCharArray())
        {
            lock (ConsoleBreak.Gate)
            {
                // Without a console the child gets one of its own, and no window for it.
                var hasOwnConsole = isHelper || !ConsoleBreak.HasConsole;
                var flags = UnicodeEnvironment | ExtendedStartup | (isHelper ? 0 : NewGroup) | (hasOwnConsole ? NoWindow : 0);
                if (!Kernel32.CreateProcess(
                    application, line, 0, 0, inheritHandles: true, flags, environment, directory, &startup, out var created))
                {
                    process = default;
                    return false;
                }

                _ = Kernel32.CloseHandle(created.Thread);
                process = (new SystemHandle(created.Process), created.ProcessId);
                return true;
            }
        }
    }

    private static string Explain(int error, LaunchSpec spec) => error switch
    {
        WinError.FileNotFound or WinError.PathNotFound => $"'{spec.Executable}' does not exist.",
        WinError.DirectoryName => $"the working directory '{spec.WorkingDirectory}' does not exist.",
        WinError.AccessDenied => $"'{spec.Executable}' may not be executed by this user.",
        WinError.ElevationRequired =>
            $"'{spec.Executable}' asks for administrator rights. Run the tests as an administrator, or use a program that needs none.",
        WinError.BadExeFormat or WinError.ExeMachineTypeMismatch =>
            $"'{spec.Executable}' is not a program for this version of Windows. " +
            "Use a build for this architecture, and start a script by its interpreter.",
        WinError.SharingViolation => $"'{spec.Executable}' is open for writing in another process. Wait until it is copied or built.",
        WinError.VirusInfected => $"the virus scanner does not let '{spec.Executable}' run.",
        WinError.NotEnoughMemory or WinError.NoSystemResources or WinError.CommitmentLimit =>
            "the system is out of memory. Something may have leaked processes before.",
        _ => $"CreateProcess failed: {WinError.Describe(error)}.",
    };
}
