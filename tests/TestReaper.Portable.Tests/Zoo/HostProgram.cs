using System.Diagnostics;

namespace TestReaper.Tests.Zoo;

/// <summary>The program TestReaper.TestHost, which starts servers and can be killed.</summary>
internal static class HostProgram
{
    private static readonly string Path = System.IO.Path.Combine(
        AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "TestReaper.TestHost.exe" : "TestReaper.TestHost");

    public static ProcessStartInfo StartInfo(params string[] arguments) => new(Path, arguments);
}
