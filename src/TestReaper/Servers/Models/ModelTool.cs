using TestReaper.Platform;
using TestReaper.Secrets;
using TestReaper.Servers.Starting;

namespace TestReaper.Servers.Models;

/// <summary>Runs commands that fetch a model, one at a time. Each is reaped with everything that it started.</summary>
internal sealed class ModelTool(string model, ILogger logger)
{
    private const int TailLines = 50, MaxLineLength = 1000;
    private static readonly TimeSpan OutputTimeout = TimeSpan.FromSeconds(1);

    // A download continues from what is stored, so a tool needs no time to stop.
    private static readonly ReapOptions Reap = new() { GracePeriod = TimeSpan.FromSeconds(1), DrainPeriod = TimeSpan.FromSeconds(1) };
    private readonly object _gate = new();
    private readonly Queue<string> _tail = new();

    /// <summary>What the command wrote last; null if nothing.</summary>
    public string? LastLine
    {
        get
        {
            lock (_gate)
            {
                return _tail.LastOrDefault();
            }
        }
    }

    public async Task RunAsync(
        string fileName,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string?> environment,
        CancellationToken cancellationToken)
    {
        var info = CreateStartInfo(fileName, arguments, environment);
        var mask = SecretMask.For(
            [info.FileName, .. arguments], info.Environment.Select(one => KeyValuePair.Create(one.Key, one.Value ?? "")));
        var commandLine = mask.MaskArguments([info.FileName, .. arguments]);
        cancellationToken.ThrowIfCancellationRequested();
        var reaper = new ProcessReaper(Reap, logger) { Description = $"the fetch of {model}" };
        using var process = Start(reaper, info, commandLine);
        var exited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process.Exited += (_, _) => exited.TrySetResult();
        process.EnableRaisingEvents = true;
        CloseInput(process);
        var reads = Task.WhenAll(ReadAsync(process.StandardOutput, mask), ReadAsync(process.StandardError, mask));
        try
        {
            await exited.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await reaper.ReapAsync(CancellationToken.None).ConfigureAwait(false);
            await Task.WhenAny(reads, Task.Delay(OutputTimeout, CancellationToken.None)).ConfigureAwait(false);
        }

        if (process.ExitCode != 0)
        {
            throw Failed(commandLine, process.ExitCode);
        }
    }

    private static void CloseInput(Process process)
    {
        try
        {
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // EPIPE: the command has ended.
        }
    }

    private static ProcessStartInfo CreateStartInfo(
        string fileName, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?> environment)
    {
        var info = new ProcessStartInfo(fileName, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            info.Environment[name] = value;
        }

        return info;
    }

    private Process Start(ProcessReaper reaper, ProcessStartInfo info, string commandLine)
    {
        try
        {
            info.FileName = new ExecutableFinder(ProcessPlatform.Current).Find(info.FileName);
            return reaper.Start(info);
        }
        catch (Exception error) when (error is LaunchException or System.ComponentModel.Win32Exception)
        {
            throw new ModelFetchException($"{model} was not fetched: {commandLine} cannot be started: {error.Message}", model, error)
            {
                CommandLine = commandLine,
            };
        }
    }

    // A carriage return ends a line as well: a progress bar writes many.
    private async Task ReadAsync(StreamReader reader, SecretMask mask)
    {
        try
        {
            while (await reader.ReadLineAsync(CancellationToken.None).ConfigureAwait(false) is { } line)
            {
                var masked = mask.Mask(line.Length > MaxLineLength ? line[..mask.SafeCut(line, MaxLineLength)] : line);
                lock (_gate)
                {
                    if (!string.IsNullOrWhiteSpace(masked))
                    {
                        _tail.Enqueue(masked);
                    }

                    if (_tail.Count > TailLines)
                    {
                        _tail.Dequeue();
                    }
                }
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // The command has ended.
        }
    }

    private ModelFetchException Failed(string commandLine, int code)
    {
        string[] tail;
        lock (_gate)
        {
            tail = [.. _tail];
        }

        var lines = string.Concat(tail.Select(line => $"{Environment.NewLine}  {line}"));
        return new ModelFetchException(
            $"{model} was not fetched: {commandLine} exited with code {code}. Its last output:{(tail.Length > 0 ? lines : " none")}", model)
        {
            CommandLine = commandLine,
            ExitCode = code,
            OutputTail = tail,
        };
    }
}
