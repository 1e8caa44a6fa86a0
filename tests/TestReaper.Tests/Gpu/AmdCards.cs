using System.Diagnostics;
using TestReaper.Gpu;
using TestReaper.Platform;

namespace TestReaper.Tests.Gpu;

/// <summary>
/// A machine with cards of AMD, as files like the kernel's in a temporary directory. For test projects without the compiler that
/// <see cref="GpuMachine"/> needs.
/// </summary>
internal sealed class AmdCards : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("amd-");

    /// <param name="count">How many cards; with none there is no driver.</param>
    public AmdCards(int count)
    {
        for (var card = 0; card < count; card++)
        {
            Add($"sys/class/drm/renderD{128 + card}/dev", $"226:{128 + card}\n");
            Add($"sys/class/drm/card{card}/device/drm/renderD{128 + card}/dev", $"226:{128 + card}\n");
            Add($"sys/class/drm/card{card}/device/vendor", "0x1002\n");
            Add($"sys/class/drm/card{card}/device/uevent", $"DRIVER=amdgpu\nPCI_SLOT_NAME=0000:{card + 3:x2}:00.0\n");
            Add($"sys/class/drm/card{card}/device/product_name", "Stand-in Instinct\n");
            Add($"sys/class/drm/card{card}/device/mem_info_vram_total", $"{64L << 30}\n");
            Add($"sys/class/drm/card{card}/device/mem_info_vram_used", "0\n");
        }
    }

    /// <summary>For GpuMonitor.Current, which holds for the asynchronous flow of a test.</summary>
    public GpuMonitor CreateMonitor() => new(ProcessPlatform.Current, GpuRoots.Below(_root.FullName));

    /// <summary>Lets each reading of the first card block for ever.</summary>
    public void Hang()
    {
        var path = Path.Combine(_root.FullName, "sys/class/drm/card0/device/mem_info_vram_total");
        File.Delete(path);
        using var mkfifo = Process.Start("mkfifo", path);
        mkfifo.WaitForExit();
    }

    public void Dispose() => _root.Delete(recursive: true);

    private void Add(string path, string content)
    {
        var file = Path.Combine(_root.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
    }
}
