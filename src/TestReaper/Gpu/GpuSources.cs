using TestReaper.Gpu.Drm;
using TestReaper.Gpu.Nvml;

namespace TestReaper.Gpu;

/// <summary>Queries all drivers. For one thread. The libraries stay open between two readings.</summary>
internal sealed class GpuSources(GpuRoots roots)
{
    private readonly NvmlSource _nvml = new(roots);
    private readonly DrmSource _drm = new(roots);

    public GpuReading Read()
    {
        var reading = new GpuReadingBuilder(roots);
        Read("NVML", _nvml.Read, reading);
        Read("DRM", _drm.Read, reading);
        return reading.Build();
    }

    /// <summary>Lets the drivers release what they hold for this process.</summary>
    public void Close() => _nvml.Close();

    // An error that no source expects must neither end this process nor hide what the other source finds.
    private static void Read(string name, Action<GpuReadingBuilder> read, GpuReadingBuilder reading)
    {
        try
        {
            read(reading);
        }
        catch (Exception error)
        {
            reading.AddFault(null, GpuFaultKind.NotVerified, $"The query of {name} failed: {error.Message}");
        }
    }
}
