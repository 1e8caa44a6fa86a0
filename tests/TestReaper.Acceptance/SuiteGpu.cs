using CliWrap.Builders;
using TestReaper.Tests.Infrastructure;

namespace TestReaper.Acceptance;

/// <summary>The stand-in GPU of a suite's run, which is in the directory of its registry.</summary>
internal static class SuiteGpu
{
    public static string GpuRoot(this ProcessRegistry registry) => Path.Combine(registry.Directory, ".gpu");

    /// <summary>Without a stand-in the run gets nothing. Leases and quarantine of one are not those of the machine.</summary>
    public static EnvironmentVariablesBuilder SetGpu(this EnvironmentVariablesBuilder variables, ProcessRegistry registry) =>
        Directory.Exists(registry.GpuRoot())
            ? variables.Set("ACCEPTANCE_GPU", registry.GpuRoot()).Set("XDG_RUNTIME_DIR", registry.Directory)
            : variables;
}
