using System.Diagnostics;
using TestReaper.Platform;
using TestReaper.Secrets;
using TestReaper.Servers.Recording;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers.Recording;

/// <summary>One process, and recordings of it with the tools of one directory.</summary>
internal sealed class RecordedProcess : IDisposable
{
    private readonly Process _process;
    private int _recordings;

    private RecordedProcess(Process process) => _process = process;

    public int Pid => _process.Id;

    /// <summary>The directory of tools, and of the files.</summary>
    public string Home { get; } = Directory.CreateTempSubdirectory("testreaper-").FullName;

    /// <summary>The PATH of the recorder; by default <see cref="Home"/>.</summary>
    public string? SearchPath { get; set; }

    /// <summary>The system that the recorder sees.</summary>
    public IProcessPlatform Platform { get; set; } = ProcessPlatform.Current;

    public ProcessIdentity Identity =>
        ProcessPlatform.Current.Processes.TryRead(Pid, out var entry) == ReadOutcome.Read ? entry.Identity : default;

    /// <summary>The state letter in /proc.</summary>
    public char State => ProcessPlatform.Current.Processes.TryRead(Pid, out var entry) == ReadOutcome.Read ? entry.State : '-';

    /// <summary>Starts a program, and waits for its first line.</summary>
    public static async Task<RecordedProcess> StartAsync(string program, params string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        Assert.Equal("up", await process.StandardOutput.ReadLineAsync());
        return new RecordedProcess(process);
    }

    /// <summary>Adds a tool that is a shell script.</summary>
    public void AddScript(string name, string script) => AddScript(Home, name, script);

    public static void AddScript(string directory, string name, string script)
    {
        var path = Path.Combine(directory, name);
        File.WriteAllText(path, "#!/bin/sh\n" + script + "\n");
        using var chmod = Process.Start("chmod", ["755", path]);
        chmod.WaitForExit();
    }

    /// <summary>Adds a tool of this machine; the test is skipped without it.</summary>
    public void AddInstalled(string name) => File.CreateSymbolicLink(Path.Combine(Home, name), Programs.Require(name));

    /// <summary>Records the process with the tools in <see cref="Home"/>, and returns the text.</summary>
    public async Task<string> RecordAsync(TimeSpan? limit = null, CancellationToken cancellationToken = default)
    {
        var request = CreateRequest() with { Limit = limit ?? FlightRecorder.Limit };
        Assert.Equal(request.File, await FlightRecorder.RecordAsync(request, cancellationToken));
        return await File.ReadAllTextAsync(request.File, CancellationToken.None);
    }

    public RecordingRequest CreateRequest() => new(
        Platform,
        [Identity],
        SecretMask.OfThisProcess(),
        Path.Combine(Home, $"recording-{++_recordings}.stacks.txt"),
        "It hangs.")
    { SearchPath = SearchPath ?? Home };

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(Home, recursive: true);
    }
}
