using System.Text.Json;

namespace TestReaper.Tests.Infrastructure;

/// <summary>What a process knew about itself when it started: the file that <c>--dump</c> writes.</summary>
/// <param name="Fds">The open descriptors, those of the .NET runtime included.</param>
/// <param name="InheritedFds">The descriptors that were open across exec.</param>
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
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web);

    /// <summary>Waits for the file and reads it. The file is renamed into place, so it is always complete.</summary>
    public static async Task<ProcessDump> ReadAsync(string path)
    {
        await Poll.UntilAsync(() => File.Exists(path), $"the dump {path}");
        return JsonSerializer.Deserialize<ProcessDump>(await File.ReadAllTextAsync(path), Format)!;
    }
}
