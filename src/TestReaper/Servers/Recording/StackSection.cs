using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Reaping;

namespace TestReaper.Servers.Recording;

/// <summary>The stacks of the processes, each from the best source there is.</summary>
internal sealed class StackSection(RecordingRequest request, RecordingFile file, RecordingDeadline deadline)
{
    private const int MaxDumps = 4;
    private readonly IProcessPlatform _platform = request.Platform;
    private int _dumps;
    private bool _isPythonAdvised;

    public void Write()
    {
        var native = Find(request.SearchPath, [.. StackTool.Native]);
        file.WriteTitle("stacks");
        if (native is null)
        {
            file.Write($"Install {string.Join(" or ", StackTool.Native.Select(tool => tool.Package))} to see native stacks.");
        }

        ProcessIdentity[] living = [.. request.Processes.Where(_platform.Processes.IsAlive)];
        var sockets = DotnetDump.FindSockets(_platform, living);
        foreach (var identity in living)
        {
            if (deadline.IsOver)
            {
                file.Write("The time limit is reached. The stacks of further processes are left out.");
                return;
            }

            if (!_platform.Processes.IsAlive(identity))
            {
                continue;
            }

            var isWritten = sockets.TryGetValue(identity.Pid, out var socket) ? TryDump(identity, socket) : TryPython(identity);
            if (!isWritten && native is not null)
            {
                TryRun(identity, native);
            }
        }
    }

    /// <returns>Whether all stacks were written. Those of a program that embeds Python are not all of Python.</returns>
    private bool TryPython(ProcessIdentity identity)
    {
        var isInterpreter = _platform.Processes.ExecutablePath(identity.Pid) is { } path && PythonProgram.IsInterpreter(path);
        if (!isInterpreter && !_platform.Processes.MappedFiles(identity.Pid).Any(PythonProgram.IsLibrary))
        {
            return false;
        }

        if (Find(PythonSearchPath(identity.Pid), StackTool.PySpy) is { } pySpy)
        {
            return TryRun(identity, pySpy) && isInterpreter;
        }

        if (!_isPythonAdvised)
        {
            file.Write($"Install {StackTool.PySpy.Package} to see the stacks of Python.");
            _isPythonAdvised = true;
        }

        return false;
    }

    // A virtual environment has py-spy beside its interpreter. The directories of another user's process could hold any program.
    private string PythonSearchPath(int pid)
    {
        if (!_platform.Processes.IsOfThisUser(pid))
        {
            return request.SearchPath;
        }

        var processes = _platform.Processes;
        var own = processes.Environment(pid)?.FirstOrDefault(variable => variable.Key == "PATH").Value;
        string?[] programs = [processes.Arguments(pid) is [var name, ..] ? name : null, processes.ExecutablePath(pid)];
        return string.Join(Path.PathSeparator, [request.SearchPath, own, .. programs.Select(Path.GetDirectoryName)]);
    }

    private FoundTool? Find(string searchPath, params StackTool[] tools) => tools
        .Select(tool => tool.Find(searchPath, _platform.Launcher.IsExecutable) is { } path ? new FoundTool(tool, path) : null)
        .FirstOrDefault(found => found is not null);

    private bool TryDump(ProcessIdentity identity, string socket)
    {
        if (_dumps == MaxDumps)
        {
            file.Write($"process {identity.Pid} of .NET: no minidump, since there are {MaxDumps} already.");
            return false;
        }

        var dump = RecordingFiles.DumpOf(file.Path, identity.Pid);
        var failure = DotnetDump.TryWrite(_platform, socket, dump, file.Mask, request.ToolLimit, deadline);
        _dumps += failure is null ? 1 : 0;
        file.Write(failure is null
            ? $"process {identity.Pid} of .NET: minidump {dump} (dotnet-dump analyze, then clrstack -all)"
            : $"process {identity.Pid} of .NET: no minidump, since {failure}");
        return failure is null;
    }

    private bool TryRun(ProcessIdentity identity, FoundTool found)
    {
        var (tool, path) = found;
        using var handle = _platform.Control.Open(identity);
        if (handle.IsGone())
        {
            file.Write($"process {identity.Pid} has exited.");
            return false;
        }

        var wasStopped = IsStopped(identity);
        var start = Stopwatch.GetTimestamp();
        try
        {
            var result = ToolRun.Run(_platform, path, tool.ArgumentsFor(identity.Pid), deadline.Within(request.ToolLimit));
            file.Write($"process {identity.Pid}, by {tool.Name}{Explain(result.Exit, Stopwatch.GetElapsedTime(start))}:");
            file.Write(result.Output, indent: 2);
            return result is { Exit.Code: 0, Output.Length: > 0 };
        }
        catch (Exception error) when (error is LaunchException or IOException)
        {
            file.Write($"process {identity.Pid}: {tool.Name} could not be started: {error.Message}");
            return false;
        }
        finally
        {
            Continue(handle, wasStopped);
        }
    }

    private static string Explain(ExitStatus? exit, TimeSpan elapsed) => exit switch
    {
        null => $", killed after {ReapReportText.Seconds(elapsed)}",
        { Code: 0 } => "",
        { } status => $", which {status}",
    };

    // A debugger attaches by SIGSTOP (ptrace(2), PTRACE_ATTACH), and the process may stop a moment after the debugger has ended. SIGCONT
    // also discards a stop that is pending.
    private void Continue(ProcessHandle handle, bool wasStopped)
    {
        if (!wasStopped)
        {
            handle.Signal(_platform.Control.ContinueSignal);
        }
    }

    private bool IsStopped(ProcessIdentity identity) =>
        _platform.Processes.TryReadLiving(identity, out var entry) && entry.State is 'T' or 't';

    private sealed record FoundTool(StackTool Tool, string Path);
}
