using System.IO.Pipes;
using TestReaper.Platform;
using Xunit;

namespace TestReaper.Tests.Reaping;

/// <summary>What a release waits for beside the processes.</summary>
public sealed class PortableReleaseTests
{
    /// <summary>On Windows also the name of a pipe; elsewhere a named pipe of .NET is a unix socket.</summary>
    public static TheoryData<string> Kinds() => OperatingSystem.IsWindows() ? new("file", "pipe") : new("file");

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_resource_is_held_until_it_is_closed(string kind)
    {
        var name = $"testreaper-{Guid.NewGuid():N}";
        var path = kind == "pipe" ? $@"\\.\pipe\{name}" : Path.Combine(Path.GetTempPath(), name);
        using (Open(kind, name, path))
        {
            Assert.True(Probe(path));
        }

        Assert.False(Probe(path));
    }

    private static Stream Open(string kind, string name, string path) => kind == "pipe"
        ? new NamedPipeServerStream(name)
        : new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);

    private static bool? Probe(string path) => ProcessPlatform.Current.Files.ProbeLock(path).IsHeld;
}
