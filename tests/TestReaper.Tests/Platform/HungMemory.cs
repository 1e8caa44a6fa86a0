using System.Diagnostics;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Platform;

/// <summary>Processes in uninterruptible sleep that hold their memory lock: reading their /proc files makes ps(1) hang.</summary>
internal sealed class HungMemory : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("hung-").FullName;
    private readonly List<Process> _processes = [];
    private readonly Process _server;

    private HungMemory(string program)
    {
        Program = program;
        _server = Start("serve", _directory);
    }

    public string Program { get; }

    /// <summary>The arguments with which a process of <see cref="Program"/> hangs.</summary>
    public string[] Arguments => ["hang", $"{_server.Id}", _directory];

    public static HungMemory Require()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "needs root");
        Skip.IfNot(File.Exists("/dev/fuse"), "needs /dev/fuse");
        return new HungMemory(CProgram.Require("Platform/hung.c"));
    }

    /// <summary>Starts one in the session of the tests, and waits until its memory is locked.</summary>
    public Process Start() => Start(Arguments);

    /// <summary>Waits until the memory of a process cannot be read.</summary>
    public static async Task WaitUntilLockedAsync(int pid)
    {
        await Poll.UntilAsync(() => ProcStat.StateOf(pid) == 'D', $"process {pid} to be in uninterruptible sleep");
    }

    /// <summary>Lets the processes continue.</summary>
    public void Release()
    {
        _server.Kill();
        _server.WaitForExit();
    }

    public void Dispose()
    {
        Release();
        foreach (var process in _processes)
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }

        Directory.Delete(_directory);
    }

    private Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true };
        start.Environment.Remove("TESTREAPER_SCOPE");
        var process = Process.Start(start)!;
        _processes.Add(process);
        Assert.NotNull(process.StandardOutput.ReadLine());
        return process;
    }
}
