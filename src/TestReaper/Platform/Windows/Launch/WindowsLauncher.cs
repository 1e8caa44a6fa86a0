namespace TestReaper.Platform.Windows.Launch;

/// <summary>Starts programs by CreateProcess, servers in a job object and a console group of their own.</summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsLauncher(bool useJob) : IProcessLauncher
{
    private static readonly string[] Executables = [".exe", ".com", ".bat", ".cmd"];

    public void Prepare()
    {
        // A launch needs no preparation.
    }

    public LaunchedProcess Launch(LaunchSpec spec) => NewProcess.Start(spec, useJob, isHelper: false);

    public LaunchedProcess LaunchHelper(LaunchSpec spec) => NewProcess.Start(spec, useJob: false, isHelper: true);

    /// <inheritdoc/>
    /// <remarks>Only the watchdog needs it, and there is none where containers end with their host.</remarks>
    public INonBlockingPipe TakeInput(LaunchedProcess helper) => throw new NotSupportedException("There is no watchdog on Windows.");

    public void EndHelper(LaunchedProcess helper) => ((WindowsChild)helper).End();

    public IReadOnlyList<string> FileNamesOf(string program) =>
        Executables.Contains(Path.GetExtension(program), StringComparer.OrdinalIgnoreCase)
            ? [program]
            : [.. Executables.Select(extension => program + extension)];

    public bool IsExecutable(string path) =>
        File.Exists(path) && Executables.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    public string? ExplainNoAccess(string path) => null;

    public IDisposable? PassDefaultPipeSignal() => null;
}
