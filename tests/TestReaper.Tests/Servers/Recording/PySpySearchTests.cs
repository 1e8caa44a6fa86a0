using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers.Recording;

/// <summary>Where py-spy is found, and for which programs it is used.</summary>
public sealed class PySpySearchTests : IDisposable
{
    private const string PythonScript = "import time; print('up', flush=True); time.sleep(600)";
    private readonly string _directory = Directory.CreateTempSubdirectory("testreaper-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("/usr/bin/python", true)]
    [InlineData("/usr/bin/python3", true)]
    [InlineData("python3.13t", true)]
    [InlineData("/venv/bin/python3.14td", true)]
    [InlineData("/usr/bin/python3-dbg", true)]
    [InlineData("pypy3.10", true)]
    [InlineData("pythonic", false)]
    [InlineData("python-config", false)]
    [InlineData("/opt/python/bin/server", false)]
    public void An_interpreter_is_recognized_by_its_file_name(string path, bool isInterpreter) =>
        Assert.Equal(isInterpreter, PythonProgram.IsInterpreter(path));

    [SkippableFact(Timeout = 60_000)]
    public async Task It_is_found_beside_the_interpreter_of_a_virtual_environment()
    {
        var python = Path.Combine(_directory, "python3");
        File.CreateSymbolicLink(python, Programs.RequirePython());
        RecordedProcess.AddScript(_directory, "py-spy", "echo beside");
        using var process = await RecordedProcess.StartAsync(python, "-c", PythonScript);

        Assert.Contains("  beside", await process.RecordAsync(), StringComparison.Ordinal);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task It_is_found_in_the_PATH_of_the_process()
    {
        RecordedProcess.AddScript(_directory, "py-spy", "echo in the path");
        using var process = await RecordedProcess.StartAsync(
            "/usr/bin/env", $"PATH=relative:{_directory}", Programs.RequirePython(), "-c", PythonScript);

        Assert.Contains("  in the path", await process.RecordAsync(), StringComparison.Ordinal);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task It_is_used_for_a_program_that_embeds_Python_and_then_a_native_tool()
    {
        var any = ProcessPlatform.Current.Processes.MappedFiles(Environment.ProcessId)
            .FirstOrDefault(path => Path.GetFileName(path).StartsWith("libm", StringComparison.Ordinal));
        Skip.If(any is null, "this program has no small library to copy");
        var library = Path.Combine(_directory, "libpython3.99.so.1.0");
        File.Copy(any!, library);
        using var process = await RecordedProcess.StartAsync(
            "/usr/bin/env", $"LD_PRELOAD={library}", "/bin/sh", "-c", "echo up; exec sleep 600");
        process.AddScript("py-spy", "echo Python stack");
        process.AddScript("eu-stack", "echo native stack");

        var text = await process.RecordAsync();

        Assert.Contains("  Python stack", text, StringComparison.Ordinal);
        Assert.Contains("  native stack", text, StringComparison.Ordinal);
    }
}
