using System.Runtime.InteropServices;
using TestReaper.Platform.Linux;

namespace TestReaper.Platform;

/// <summary>The one place that asks which operating system this is.</summary>
internal static class ProcessPlatform
{
    private static readonly Lazy<IProcessPlatform> Instance = new(static () => OperatingSystem.IsLinux()
        ? new LinuxPlatform()
        : throw new PlatformNotSupportedException(
            $"TestReaper cannot start or reap servers on {RuntimeInformation.OSDescription}: it supports Linux. " +
            "Let the fixture set SkipReason on other systems, or use AttachTo with a server that runs elsewhere."));

    /// <exception cref="PlatformNotSupportedException">This operating system is not supported.</exception>
    public static IProcessPlatform Current => Instance.Value;
}
