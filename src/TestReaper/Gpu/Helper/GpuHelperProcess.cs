using TestReaper.Platform;
using TestReaper.Processes;

namespace TestReaper.Gpu.Helper;

// Constraint: a query may hang in the driver for minutes or for ever. The thread is then in uninterruptible sleep (state D), in which no
// signal ends it, and a process with such a thread cannot exit: SIGKILL stays pending. In the test host this would cost the deadline of a
// reap and the exit of the whole run. https://github.com/NVIDIA/go-nvml/issues/152
//
// Scheme: queries run in a child process. It is this assembly, whose entry point is GpuHelperProgram, under the runtime of this process
// (GpuHelperFiles). It keeps the driver's library open, answers one line with one line, and ends when its standard input ends, however
// this process dies. At the deadline the caller stops waiting and abandons it: its pipes are closed, and another thread kills it, which
// may fail. The next query starts another one.
//
// Invariants:
// - No call here waits longer than its limit. The request fits into the empty pipe, and answers are read with poll(2).
// - An answer belongs to its request: a process that has not answered in time gets no second request.
// - The helper belongs to no tree and counts as no leak. It has no scope in its environment, nor the variables by which profilers and
//   startup hooks enter the host's runtime. Its runtime has no diagnostics port, whose socket a killed process leaves in /tmp.

/// <summary>The process that queries the drivers. For one thread.</summary>
internal sealed class GpuHelperProcess : IDisposable
{
    private const int MaxErrorLength = 500;
    private static readonly TimeSpan ExitLimit = TimeSpan.FromSeconds(2), ExitInterval = TimeSpan.FromMilliseconds(10);
    private readonly LaunchedProcess _process;
    private readonly OutputPipes _output;
    private readonly StringBuilder _errors = new();
    private readonly List<byte> _answer = [];
    private bool _isDisposed;

    private GpuHelperProcess(LaunchedProcess process)
    {
        _process = process;
        _output = process.TakeOutput();
        LiveTrees.Exclude(process.Identity);
    }

    public int Pid => _process.Identity.Pid;

    /// <summary>Null if it cannot be started this way here.</summary>
    public static GpuHelperProcess? TryStart(IProcessPlatform platform, GpuRoots roots)
    {
        try
        {
            return GpuHelperFiles.TryCreate(platform) is { } files
                ? new GpuHelperProcess(platform.Launcher.LaunchHelper(Spec(files, roots)))
                : null;
        }
        catch (Exception error) when (error is LaunchException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Queries the drivers. Without an answer the process is of no further use: dispose it.</summary>
    /// <param name="limit">The time in which it must answer.</param>
    /// <param name="failure">Why there is none, as a sentence.</param>
    public GpuReading? TryRead(TimeSpan limit, out string failure)
    {
        try
        {
            _process.StandardInput!.Write(Encoding.ASCII.GetBytes(GpuProtocol.Request + "\n"));
            _process.StandardInput.Flush();
            var line = ReadLine(limit);
            failure = GpuReading.NoAnswerText(limit);
            return line is null ? null : GpuProtocol.Read(line);
        }
        catch (Exception error) when (error is IOException or FormatException)
        {
            failure = $"The process that queries the GPU drivers failed: {error.Message} {_errors.ToString().Trim()}".TrimEnd();
            return null;
        }
    }

    /// <summary>
    /// Abandons the process without waiting for it. It has two seconds to shut the library down, since a driver may suffer from clients
    /// that are killed, and is then killed.
    /// </summary>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _output.Dispose();
            _process.StandardInput!.Dispose();
            BackgroundThread.TryStart("TestReaper GPU helper end", End);
        }
    }

    private void End()
    {
        var start = Stopwatch.GetTimestamp();
        while (_process.PeekExit() is null && Stopwatch.GetElapsedTime(start) < ExitLimit)
        {
            ThreadPause.For(ExitInterval);
        }

        _process.Kill();
    }

    private static LaunchSpec Spec(GpuHelperFiles files, GpuRoots roots)
    {
        var environment = HelperEnvironment.With(("DOTNET_EnableDiagnostics", "0"), ("DOTNET_TieredPGO", "0"));
        string[] arguments =
        [
            "exec", "--runtimeconfig", files.RuntimeConfig, "--depsfile", files.Dependencies, files.Assembly,
            roots.Proc, roots.Sys, roots.Dev, roots.Nvml,
        ];
        return new LaunchSpec(files.Muxer, arguments, environment, "/", Scope: "", RedirectStandardInput: true);
    }

    /// <returns>Null if the limit is reached.</returns>
    /// <exception cref="IOException">The process has closed its output.</exception>
    private string? ReadLine(TimeSpan limit)
    {
        var start = Stopwatch.GetTimestamp();
        var buffer = new byte[4096];
        while (limit - Stopwatch.GetElapsedTime(start) is { Ticks: > 0 } left)
        {
            _output.Wait(Durations.ToMilliseconds(left));
            var errors = _output.Read(1, buffer);
            _errors.Append(Encoding.UTF8.GetString(buffer, 0, Math.Min(errors, Math.Max(MaxErrorLength - _errors.Length, 0))));
            _answer.AddRange(buffer.AsSpan(0, _output.Read(0, buffer)));
            if (_answer.Count > 0 && _answer[^1] == '\n')
            {
                var line = Encoding.UTF8.GetString([.. _answer]);
                _answer.Clear();
                return line;
            }

            if (_output.HasEnded(0) && _output.HasEnded(1))
            {
                throw new IOException($"it {_process.PeekExit()?.ToString() ?? "has closed its output"}.");
            }
        }

        return null;
    }
}
