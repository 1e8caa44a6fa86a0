using System.Text.RegularExpressions;
using TestReaper.Platform;
using TestReaper.Reaping;

namespace TestReaper.Servers.Recording;

/// <summary>The stacks of the processes, each from the best source there is.</summary>
internal sealed partial class StackSection(RecordingRequest request, RecordingFile file, RecordingDeadline deadline)
{
    private const int MaxDumps = 4;
    private static readonly TimeSpan ToolLimit = TimeSpan.FromSeconds(4);
    private readonly IProcessPlatform _platform = request.Platform;
    private int _dumps;
    private bool _isPythonAdvised;

    public void Write()
    {
        var native = Find([.. StackTool.Native]);
        var python = Find(StackTool.PySpy);
        file.WriteTitle("stacks");
        if (native is null)
        {
            file.Write($"Install {string.Join(" or ", StackTool.Native.Select(tool => tool.Package))} to see native stacks.");
        }

        ProcessIdentity[] living = [.. request.Processes.Where(IsAlive)];
        var sockets = DotnetDump.FindSockets(_platform, living);
        foreach (var identity in living)
        {
            if (deadline.IsOver)
            {
                file.Write("The time is over. The stacks of further processes are left out.");
                return;
            }

            if (!IsAlive(identity))
            {
                continue;
            }

            var isWritten = sockets.TryGetValue(identity.Pid, out var socket) ? TryDump(identity, socket)
                : IsPython(identity.Pid) && TryPython(identity, python);
            if (!isWritten && native is not null)
            {
                TryRun(identity, native);
            }
        }
    }

    private bool TryPython(ProcessIdentity identity, FoundTool? pySpy)
    {
        if (pySpy is not null)
        {
            return TryRun(identity, pySpy);
        }

        if (!_isPythonAdvised)
        {
            file.Write($"Install {StackTool.PySpy.Package} to see the stacks of Python.");
            _isPythonAdvised = true;
        }

        return false;
    }

    private FoundTool? Find(params StackTool[] tools) => tools
        .Select(tool => tool.Find(request.SearchPath, _platform.Launcher.IsExecutable) is { } path ? new FoundTool(tool, path) : null)
        .FirstOrDefault(found => found is not null);

    private bool TryDump(ProcessIdentity identity, string socket)
    {
        if (_dumps == MaxDumps)
        {
            file.Write($"process {identity.Pid} of .NET: no minidump, since there are {MaxDumps} already.");
            return false;
        }

        var dump = Path.ChangeExtension(file.Path, null) + $".{identity.Pid}.dmp";
        var failure = DotnetDump.TryWrite(socket, dump, file.Mask, Durations.Shorter(ToolLimit, deadline.Left), deadline);
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
        var limit = Durations.Shorter(ToolLimit, deadline.Left);
        try
        {
            var result = ToolRun.Run(_platform, path, tool.ArgumentsFor(identity.Pid), limit, deadline);
            file.Write($"process {identity.Pid}, by {tool.Name}{Explain(result.Exit, limit)}:");
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

    private static string Explain(ExitStatus? exit, TimeSpan limit) => exit switch
    {
        null => $", killed after {ReapReportText.Seconds(limit)}",
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
        _platform.Processes.TryRead(identity.Pid, out var entry) == ReadOutcome.Read
        && entry.Identity == identity
        && entry.State is 'T' or 't';

    private bool IsAlive(ProcessIdentity identity) =>
        _platform.Processes.TryRead(identity.Pid, out var entry) == ReadOutcome.Read && entry.Identity == identity && !entry.IsGone;

    private bool IsPython(int pid) =>
        _platform.Processes.ExecutablePath(pid) is { } path && PythonName().IsMatch(Path.GetFileName(path));

    [GeneratedRegex(@"^(python|pypy)[0-9.]*$", RegexOptions.CultureInvariant)]
    private static partial Regex PythonName();

    private sealed record FoundTool(StackTool Tool, string Path);
}
