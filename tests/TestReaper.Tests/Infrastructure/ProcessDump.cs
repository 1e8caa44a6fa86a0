using System.Text.Json;

namespace TestReaper.Tests.Infrastructure;

/// <summary>What a process saw of itself at its start: the file that <c>--dump</c> writes.</summary>
/// <param name="Fds">The open descriptors, those of the .NET runtime included.</param>
/// <param name="InheritedFds">The descriptors that came through exec.</param>
/// <param name="SigBlk">The mask of blocked signals, in hexadecimal.</param>
/// <param name="SigIgn">The mask of ignored signals, in hexadecimal; the runtime adds SIGPIPE.</param>
public sealed record ProcessDump(
    int Pid,
    int Ppid,
    int Pgid,
    int Sid,
    string Cwd,
    string SigBlk,
    string SigIgn,
    IReadOnlyList<string> Cmdline,
    IReadOnlyList<string> Environ,
    IReadOnlyList<int> Fds,
    IReadOnlyList<int> InheritedFds)
{
    /// <summary>Waits for the file, which appears complete or not at all.</summary>
    public static async Task<ProcessDump> ReadAsync(string path)
    {
        await Poll.UntilAsync(() => File.Exists(path), $"the dump {path}");
        return JsonSerializer.Deserialize<ProcessDump>(await File.ReadAllTextAsync(path), JsonSerializerOptions.Web)!;
    }
}
