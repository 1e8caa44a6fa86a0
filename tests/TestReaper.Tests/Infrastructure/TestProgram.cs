using System.Diagnostics;

namespace TestReaper.Tests.Infrastructure;

/// <summary>The helper program TestReaper.TestProcess. Its Options.cs lists what it can do.</summary>
public static class TestProgram
{
    public static string Path { get; } = System.IO.Path.Combine(
        AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "TestReaper.TestProcess.exe" : "TestReaper.TestProcess");

    public static string[] Args(params string[] args) => args;

    public static ProcessStartInfo StartInfo(params string[] args) => new(Path, args);

    public static Process Start(params string[] args) => Process.Start(StartInfo(args))!;
}
