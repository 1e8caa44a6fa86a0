namespace TestReaper.TestProcess;

/// <summary>The runtime's debugging socket and pipes, which a killed process would leave in the temporary directory for ever.</summary>
internal static class DiagnosticFiles
{
    public static void Remove()
    {
        var process = $"{Environment.ProcessId}-{ProcessStat.OfThisProcess().StartTime}";
        foreach (var name in new[] { $"dotnet-diagnostic-{process}-socket", $"clr-debug-pipe-{process}-in", $"clr-debug-pipe-{process}-out" })
        {
            File.Delete(Path.Combine(Path.GetTempPath(), name));
        }
    }
}
