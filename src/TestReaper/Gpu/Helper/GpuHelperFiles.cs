using TestReaper.Platform;

namespace TestReaper.Gpu.Helper;

/// <summary>What the runtime needs to run this assembly as a program: the program "dotnet", and two files in the state directory.</summary>
/// <param name="Muxer">The program "dotnet" to which this process's runtime belongs.</param>
/// <param name="Assembly">This assembly.</param>
/// <param name="RuntimeConfig">Names this process's runtime.</param>
/// <param name="Dependencies">
/// Names this assembly alone. Without it the runtime would take every assembly beside it, among them newer or older copies of its own.
/// </param>
internal sealed record GpuHelperFiles(string Muxer, string Assembly, string RuntimeConfig, string Dependencies)
{
    private const string Framework = "Microsoft.NETCore.App";

    private const string Deps = """
        {
          "runtimeTarget": { "name": ".NETCoreApp,Version=v8.0" },
          "targets": { ".NETCoreApp,Version=v8.0": { "TestReaper/1.0.0": { "runtime": { "TestReaper.dll": {} } } } },
          "libraries": { "TestReaper/1.0.0": { "type": "project", "serviceable": false, "sha512": "" } }
        }
        """;

    /// <summary>Null if there is no "dotnet", as for a self-contained host, or if this assembly is not a file.</summary>
    /// <exception cref="IOException">The files cannot be written.</exception>
    public static GpuHelperFiles? TryCreate(IProcessPlatform platform)
    {
        // DOTNET/shared/Microsoft.NETCore.App/VERSION
        var runtime = new DirectoryInfo(RuntimeEnvironment.GetRuntimeDirectory());
        var muxer = platform.Launcher.FileNamesOf("dotnet")
            .Select(name => Path.Combine(runtime.FullName, "../../..", name))
            .FirstOrDefault(File.Exists);
        var assembly = typeof(GpuHelperFiles).Assembly.Location;
        if (runtime.Parent?.Name != Framework || muxer is null || !File.Exists(assembly))
        {
            return null;
        }

        var name = Path.Combine(StateDirectory.Get(platform), $"gpu-{runtime.Name}");
        return new GpuHelperFiles(
            Path.GetFullPath(muxer),
            assembly,
            Write($"{name}.runtimeconfig.json", Config(runtime.Name)),
            Write($"{name}.deps.json", Deps));
    }

    // A small heap: with the default, the runtime reserves address space that a host under a limit does not have.
    private static string Config(string version) => $$"""
        {
          "runtimeOptions": {
            "framework": { "name": "{{Framework}}", "version": "{{version}}" },
            "configProperties": {
              "System.GC.Concurrent": false,
              "System.GC.HeapHardLimit": 67108864,
              "System.Globalization.Invariant": true
            }
          }
        }
        """;

    /// <summary>Other hosts may read the file at this moment: it is replaced as a whole, and only if it is another.</summary>
    private static string Write(string path, string content)
    {
        if (TextFile.TryRead(path) != content)
        {
            var draft = $"{path}.{Guid.NewGuid():n}";
            using (var writer = new StreamWriter(draft, OwnerOnlyFile.Options(FileMode.Create)))
            {
                writer.Write(content);
            }

            File.Move(draft, path, overwrite: true);
        }

        return path;
    }
}
