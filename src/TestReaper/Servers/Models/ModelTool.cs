using TestReaper.Platform;
using TestReaper.Secrets;
using TestReaper.Servers.Starting;

namespace TestReaper.Servers.Models;

/// <summary>
/// Runs commands that fetch a model. Each is reaped with everything that it started, also at the end of the step's clock. Each inherits
/// the lock of the step: while it runs, no other process fetches into the directory, also if this process was killed.
/// </summary>
internal sealed class ModelTool(string model, ModelLock hold, ILogger logger, CancellationToken limit)
{
    private const int MaxLineLength = 1000;
    private static readonly TimeSpan OutputTimeout = TimeSpan.FromSeconds(1);

    // A download continues from what is stored, so a tool needs no time to stop.
    private static readonly ReapOptions Reap = new() { GracePeriod = TimeSpan.FromSeconds(1), DrainPeriod = TimeSpan.FromSeconds(1) };
    private volatile string? _lastLine;

    /// <summary>What a command wrote last; null if nothing.</summary>
    public string? LastLine => _lastLine;

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
        using var end = CancellationTokenSource.CreateLinkedTokenSource(limit, cancellationToken);
        end.Token.ThrowIfCancellationRequested();
        var reaper = new ProcessReaper(Reap, logger) { Description = $"the fetch of {model}" };
        using var process = Start(reaper, info, commandLine);
        var exited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process.Exited += (_, _) => exited.TrySetResult();
        process.EnableRaisingEvents = true;
        CloseInput(process);
        var tail = new ToolTail();
        var reads = Task.WhenAll(ReadAsync(process.StandardOutput, tail, mask), ReadAsync(process.StandardError, tail, mask));
        try
        {
            await exited.Task.WaitAsync(end.Token).ConfigureAwait(false);
        }
        finally
        {
            await reaper.ReapAsync(CancellationToken.None).ConfigureAwait(false);
            await Task.WhenAny(reads, Task.Delay(OutputTimeout, CancellationToken.None)).ConfigureAwait(false);
        }

        if (process.ExitCode != 0)
        {
            throw Failed(commandLine, process.ExitCode, tail.ToArray());
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
            using var _ = hold.PassToChildren();
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
    private async Task ReadAsync(StreamReader reader, ToolTail tail, SecretMask mask)
    {
        try
        {
            while (await reader.ReadLineAsync(CancellationToken.None).ConfigureAwait(false) is { } line)
            {
                var masked = mask.Mask(line.Length > MaxLineLength ? line[..mask.SafeCut(line, MaxLineLength)] : line);
                if (!string.IsNullOrWhiteSpace(masked))
                {
                    tail.Add(masked);
                    _lastLine = masked;
                }
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // The command has ended.
        }
    }

    private ModelFetchException Failed(string commandLine, int code, string[] tail)
    {
        var lines = string.Concat(tail.Select(line => $"{Environment.NewLine}  {line}"));
        return new ModelFetchException(
            $"{model} was not fetched: {commandLine} exited with code {code}. Its last output:{(tail.Length > 0 ? lines : " none")}", model)
        {
            CommandLine = commandLine,
            ExitCode = code,
            OutputTail = tail,
        };
    }

    /// <summary>The last lines of one command. Two streams add to it.</summary>
    private sealed class ToolTail
    {
        private const int MostLines = 50;
        private readonly Queue<string> _lines = new();

        public void Add(string line)
        {
            lock (_lines)
            {
                _lines.Enqueue(line);
                if (_lines.Count > MostLines)
                {
                    _lines.Dequeue();
                }
            }
        }

        public string[] ToArray()
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }
}
