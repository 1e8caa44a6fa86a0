using System.Diagnostics;

namespace TestReaper.Benchmarks;

/// <summary>The C programs, compiled for this run, and a Python with psutil if there is one.</summary>
internal sealed class Toolbox : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("testreaper-bench-").FullName;

    public Toolbox()
    {
        Collector = Compile("collect");
        Tree = Compile("tree");
        Floor = Compile("floor");
        Pass = Compile("pass");
        Server = Compile("server");
        Nvml = Compile("nvml", "-shared", "-fPIC");
        Python = Array.Find(["python3", "/usr/bin/python3"], HasPsutil);
    }

    /// <summary>Runs a program and collects the orphans below it.</summary>
    public string Collector { get; }

    public string Tree { get; }

    public string Floor { get; }

    public string Pass { get; }

    public string Server { get; }

    /// <summary>A stand-in for NVIDIA's library.</summary>
    public string Nvml { get; }

    /// <summary>A python3 that has psutil; null if there is none.</summary>
    public string? Python { get; }

    public string LogDirectory => Path.Combine(_directory, "logs");

    public static string Script(string name) => Path.Combine(AppContext.BaseDirectory, "Python", name);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private string Compile(string name, params string[] options)
    {
        var program = Path.Combine(_directory, name);
        var source = Path.Combine(AppContext.BaseDirectory, "Native", name + ".c");
        Run("cc", ["-O2", .. options, "-o", program, source]);
        return program;
    }

    private static bool HasPsutil(string python)
    {
        try
        {
            Run(python, ["-c", "import psutil"]);
            return true;
        }
        catch (Exception error) when (error is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static void Run(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var messages = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {messages}");
        }
    }
}
