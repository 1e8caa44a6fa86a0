using System.Globalization;
using TestReaper.Gpu;

namespace TestReaper.Benchmarks;

/// <summary>The stand-in of the tests for NVIDIA's driver, with one GPU of 80 GiB.</summary>
internal sealed class StandInDriver : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("testreaper-gpu-");

    public StandInDriver(Toolbox tools)
    {
        Directory.CreateDirectory(Path.Combine(Roots.Proc, "driver/nvidia"));
        Directory.CreateDirectory(Roots.Sys);
        File.WriteAllText(Path.Combine(Roots.Proc, "driver/nvidia/version"), "NVRM version: stand-in");
        File.Copy(tools.Nvml, Roots.Nvml);
    }

    public GpuRoots Roots => GpuRoots.Below(_root.FullName);

    /// <summary>Sets the used memory of the GPU, in bytes.</summary>
    public void SetUsed(long bytes)
    {
        var state = Roots.Nvml + ".state";
        File.WriteAllText(state + ".draft", string.Create(CultureInfo.InvariantCulture, $"count 1\nd0.used {bytes}\n"));
        File.Move(state + ".draft", state, overwrite: true);
    }

    public void Dispose() => _root.Delete(recursive: true);
}
