using TestReaper.Platform;
using TestReaper.Servers.Output;
using TestReaper.Servers.Starting.Failures;

namespace TestReaper.Servers.Starting;

internal static class ServerLog
{
    public const string DefaultDirectory = "TestResults";

    /// <summary>Creates the log file of one start, named for the program, the time and the scope.</summary>
    /// <exception cref="ServerStartException">It cannot be created.</exception>
    public static LogFile Create(ResolvedCommand command, ServerProcessOptions options)
    {
        var directory = Path.GetFullPath(options.LogDirectory ?? DefaultDirectory);
        var program = SafeFileName.Create(Path.GetFileNameWithoutExtension(command.Spec.Executable));
        var start = TimeProvider.System.GetLocalNow();
        var name = string.Create(CultureInfo.InvariantCulture, $"{program}-{start:yyyyMMdd-HHmmss}-{command.Spec.Scope[..8]}.log");
        try
        {
            Directory.CreateDirectory(directory);
            return new LogFile(Path.Combine(directory, name));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw StartFailure.CannotStart(command.CommandLine, new LaunchException(
                $"its log file cannot be written in '{directory}' ({error.Message}). Set LogDirectory to a directory that can."));
        }
    }
}
