using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using TestReaper.Gpu;
using TestReaper.Tests.Infrastructure;

namespace TestReaper.Tests.Gpu;

/// <summary>
/// A machine with stand-in drivers: the trees of /proc and /sys in a temporary directory, and a library in place of NVIDIA's, which tests
/// compile (nvml.c).
/// </summary>
internal sealed class GpuMachine : IDisposable
{
    private static readonly ConcurrentDictionary<string, Lazy<byte[]>> Compiled = [];
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("gpu-");
    private readonly List<string> _state = [];

    public GpuMachine()
    {
        Directory.CreateDirectory(Roots.Proc);
        Directory.CreateDirectory(Roots.Sys);
    }

    public GpuRoots Roots => new(
        Path.Combine(_root.FullName, "proc"),
        Path.Combine(_root.FullName, "sys"),
        Path.Combine(_root.FullName, "dev"),
        Path.Combine(_root.FullName, "libnvidia-ml.so.1"));

    /// <summary>The initializations, shutdowns and hanging calls of the library, in order.</summary>
    public string[] Calls => File.Exists(Roots.Nvml + ".calls") ? File.ReadAllLines(Roots.Nvml + ".calls") : [];

    /// <summary>A machine with the stand-in driver.</summary>
    /// <param name="state">Lines for the state file of nvml.c.</param>
    public static GpuMachine WithNvidia(params string[] state) => WithNvidiaLibrary("", state);

    /// <param name="macros">What the library lacks, such as <c>-DV2_ONLY</c>.</param>
    /// <param name="state">Lines for the state file of nvml.c.</param>
    public static GpuMachine WithNvidiaLibrary(string macros, params string[] state)
    {
        Programs.Require("gcc");
        var machine = new GpuMachine();
        machine.Add("proc/driver/nvidia/version", "NVRM version: stand-in");
        File.WriteAllBytes(machine.Roots.Nvml, Compiled.GetOrAdd(macros, static macros => new(() => Compile(macros))).Value);
        machine.Set(state);
        return machine;
    }

    /// <summary>Changes the behaviour of the library from its next call on. The last line for a key counts.</summary>
    public GpuMachine Set(params string[] state)
    {
        _state.AddRange(state);
        var draft = Roots.Nvml + ".draft";
        File.WriteAllLines(draft, _state);
        File.Move(draft, Roots.Nvml + ".state", overwrite: true);
        return this;
    }

    /// <summary>Adds a file. A path like <c>proc/1/fdinfo/5</c> is below the root.</summary>
    public GpuMachine Add(string path, string content)
    {
        var file = Path.Combine(_root.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
        return this;
    }

    public GpuMachine AddLink(string path, string target)
    {
        var link = Path.Combine(_root.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        File.CreateSymbolicLink(link, target);
        return this;
    }

    public GpuMachine AddProcess(int pid)
    {
        Directory.CreateDirectory(Path.Combine(Roots.Proc, pid.ToString(CultureInfo.InvariantCulture), "fd"));
        return this;
    }

    public void Delete(string directory) => Directory.Delete(Path.Combine(_root.FullName, directory), recursive: true);

    /// <summary>One reading on this thread, by sources that are closed after it.</summary>
    public GpuReading Read()
    {
        var sources = new GpuSources(Roots);
        try
        {
            return sources.Read();
        }
        finally
        {
            sources.Close();
        }
    }

    public void Dispose()
    {
        if (Directory.Exists(_root.FullName))
        {
            _root.Delete(recursive: true);
        }
    }

    private static byte[] Compile(string macros)
    {
        var library = Path.Combine(Path.GetTempPath(), $"nvml-{Guid.NewGuid():n}.so");
        var options = macros.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string[] arguments = ["-O1", "-shared", "-fPIC", .. options, "-o", library, Path.Combine(AppContext.BaseDirectory, "Gpu/nvml.c")];
        using var compiler = Process.Start(new ProcessStartInfo("gcc", arguments) { RedirectStandardError = true })!;
        var messages = compiler.StandardError.ReadToEnd();
        compiler.WaitForExit();
        if (compiler.ExitCode != 0)
        {
            throw new InvalidOperationException($"gcc: {messages}");
        }

        var bytes = File.ReadAllBytes(library);
        File.Delete(library);
        return bytes;
    }
}
