using System.Runtime.CompilerServices;

/// <summary>The GPU driver that the acceptance test has compiled for this run, if it has.</summary>
internal static class StandInGpu
{
    private static string? Root => Environment.GetEnvironmentVariable("ACCEPTANCE_GPU");

    [ModuleInitializer]
    internal static void Use() => AppContext.SetData("TestReaper.GpuRoot", Root);

    /// <summary>Replaces the state of the driver.</summary>
    public static void Set(params string[] state)
    {
        var file = Path.Combine(Root!, "libnvidia-ml.so.1.state");
        File.WriteAllLines(file + ".draft", state);
        File.Move(file + ".draft", file, overwrite: true);
    }
}
