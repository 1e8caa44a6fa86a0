using TestReaper.Platform.Linux;
using TestReaper.Platform.MacOS;
using TestReaper.Platform.Windows;

namespace TestReaper.Platform;

/// <summary>Selects the platform. Outside Platform, no code asks which operating system it runs on.</summary>
internal static class ProcessPlatform
{
    private static readonly Lazy<IProcessPlatform> Instance = new(static () =>
        OperatingSystem.IsLinux() ? new LinuxPlatform()
        : OperatingSystem.IsWindows() ? new WindowsPlatform()
        : OperatingSystem.IsMacOS() ? new MacPlatform()
        : throw new PlatformNotSupportedException(
            $"TestReaper cannot start or reap servers on {RuntimeInformation.OSDescription}: it supports Linux, Windows and macOS. " +
            "Let the fixture set SkipReason on other systems, or use AttachTo with a server that runs elsewhere."));

    private static readonly AsyncLocal<IProcessPlatform?> Substitute = new();

    public static bool IsSupported => Substitute.Value is not null
        || OperatingSystem.IsLinux() || OperatingSystem.IsWindows() || OperatingSystem.IsMacOS();

    /// <exception cref="PlatformNotSupportedException">This operating system is not supported.</exception>
    public static IProcessPlatform Current => Substitute.Value ?? Instance.Value;

    /// <summary>Replaces the platform for the caller's asynchronous flow. For tests that leave out layers.</summary>
    public static void Use(IProcessPlatform platform) => Substitute.Value = platform;
}
