using System.Text;
using TestReaper.Platform;
using TestReaper.Secrets;
using TestReaper.Servers.Recording;
using Xunit;

namespace TestReaper.Tests.Servers.Recording;

/// <summary>A .NET server is recorded as a minidump, which its runtime writes.</summary>
public sealed class DotnetDumpTests : RunningServers
{
    private const string Key = "sk-dump-2718281828";

    [Fact(Timeout = 120_000)]
    public async Task A_dotnet_server_that_hangs_is_recorded_as_a_minidump_without_its_secrets()
    {
        var temp = Directory.CreateDirectory(Path.Combine(LogDirectory, "tmp")).FullName;
        var options = Program("--ignore-term", "--diagnostics", "--print", "up") with
        {
            Environment = new Dictionary<string, string?>
            {
                ["SERVER_TOKEN"] = Key,
                ["TMPDIR"] = temp,
                ["DOTNET_EnableDiagnostics"] = "1",
            },
        };
        await using var server = await StartUntilAsync("up", options);
        Assert.Equal(ReadOutcome.Read, ProcessPlatform.Current.Processes.TryRead(server.ProcessId, out var entry));

        // On a busy machine createdump takes longer than the limits of a reap.
        var request = new RecordingRequest(
            ProcessPlatform.Current, [entry.Identity], SecretMask.OfThisProcess(), $"{server.Output.LogFile}.stacks.txt", "It hangs.")
        { Limit = TimeSpan.FromSeconds(80), ToolLimit = TimeSpan.FromSeconds(70) };
        var file = await FlightRecorder.RecordAsync(request);

        var text = await File.ReadAllTextAsync(file!);
        var dump = $"{server.Output.LogFile}.stacks.{server.ProcessId}.dmp";
        Assert.Equal([file!, dump], RecordingFiles.Of(file));
        Assert.Contains($"process {server.ProcessId} of .NET: minidump {dump} ", text, StringComparison.Ordinal);
        Assert.True(!OperatingSystem.IsWindows()
            && File.GetUnixFileMode(dump) == (UnixFileMode.UserRead | UnixFileMode.UserWrite), "Others can read the dump.");
        var bytes = await File.ReadAllBytesAsync(dump);
        Assert.Equal([0x7F, (byte)'E', (byte)'L', (byte)'F'], bytes[..4]);
        Assert.True(bytes.AsSpan().IndexOf("SERVER_TOKEN="u8) >= 0, "The dump has no environment, so this test shows nothing.");
        Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Key)) < 0, "The dump has the secret.");
        Assert.True(bytes.AsSpan().IndexOf(Encoding.Unicode.GetBytes(Key)) < 0, "The dump has the secret in UTF-16.");
        Assert.Empty(Directory.EnumerateFileSystemEntries(LogDirectory, "*.part"));
    }

    [Fact]
    public void The_request_is_a_packet_of_the_diagnostics_protocol()
    {
        var packet = DotnetDump.CreateRequest("/a");

        Assert.Equal(
            [
                .. "DOTNET_IPC_V1\0"u8, 38, 0, 1, 1, 0, 0, // header
                3, 0, 0, 0, (byte)'/', 0, (byte)'a', 0, 0, 0, // path
                1, 0, 0, 0, 0, 0, 0, 0,
            ],
            packet);
    }
}
