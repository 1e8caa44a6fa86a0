using System.Collections.Concurrent;

namespace TestReaper.Gpu.Helper;

/// <summary>
/// The program of the helper process. The main thread reads requests, so that it notices the end of its input, which is the end of the
/// host, while a query hangs. Queries run on one other thread.
/// </summary>
internal static class GpuHelperProgram
{
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(1);

    /// <param name="args">The roots of <see cref="GpuRoots"/>.</param>
    private static int Main(string[] args)
    {
        if (args is not [var proc, var sys, var dev, var nvml])
        {
            Console.Error.WriteLine("This assembly is a library. Its entry point is for TestReaper's helper process.");
            return 2;
        }

        var sources = new GpuSources(new GpuRoots(proc, sys, dev, nvml));
        using var requests = new BlockingCollection<string>();
        var worker = new Thread(() => Answer(requests, sources)) { IsBackground = true, Name = "TestReaper GPU queries" };
        worker.Start();
        while (Console.In.ReadLine() is { } request)
        {
            requests.Add(request);
        }

        requests.CompleteAdding();
        worker.Join(CloseLimit);

        // Not by a return: a library's exit handlers may wait for what its hanging call holds.
        using var self = Process.GetCurrentProcess();
        self.Kill();
        return 0;
    }

    private static void Answer(BlockingCollection<string> requests, GpuSources sources)
    {
        using var output = new StreamWriter(Console.OpenStandardOutput()) { NewLine = "\n" };
        foreach (var request in requests.GetConsumingEnumerable())
        {
            var reading = request == GpuProtocol.Request
                ? sources.Read()
                : GpuReading.Failed(GpuFaultKind.NoAnswer, "The GPU helper process speaks another version of the protocol.");
            output.WriteLine(GpuProtocol.Write(reading));
            output.Flush();
        }

        sources.Close();
    }
}
