namespace TestReaper.TestProcess;

/// <summary>The runtime's debugging socket and pipes, which a killed process leaves in the temporary directory.</summary>
internal static class DiagnosticFiles
{
    public static void Remove()
    {
        // On Windows they are pipes, which end with the process.
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var process = $"{Environment.ProcessId}-{ProcessStat.ReadOwn().StartTime}";
        string[] names =
        [
            $"dotnet-diagnostic-{process}-socket",
            $"clr-debug-pipe-{process}-in",
            $"clr-debug-pipe-{process}-out",
        ];
        foreach (var name in names)
        {
            File.Delete(Path.Combine(Path.GetTempPath(), name));
        }
    }
}
