using TestReaper.Servers.Causes;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>The levels of the log formats of servers.</summary>
public sealed class LineHeadTests
{
    [Theory(Timeout = 30_000)]
    [InlineData("2025-08-22 12:04:46,526 - lmdeploy - INFO - turbomind.py:214 - x", "Information", "x")]
    [InlineData("2025-08-22 12:04:46,526 - lmdeploy - ERROR - x", "Error", "x")]
    [InlineData("2025-08-22 12:04:46,526 - WARNING - x", "Warning", "x")]
    [InlineData("2026-07-05 18:01:33.123 | INFO     | infinity_emb.server:serve:12 - x", "Information", "x")]
    [InlineData("2026-07-05 18:01:33.123 | SUCCESS  | a:b:1 - x", "Information", "x")]
    [InlineData("2026-07-05 18:01:33.123 | CRITICAL | a:b:1 - x", "Error", "x")]
    [InlineData("[W705 18:01:33.123456789 socket.cpp:759] [c10d] x", "Warning", "x")]
    [InlineData("[rank0]:[E1126 18:01:33.123456789 ProcessGroupNCCL.cpp:616] x", "Error", "x")]
    [InlineData("[TensorRT-LLM][WARNING] x", "Warning", "x")]
    [InlineData("[07/05/2025-18:01:33] [TRT-LLM] [RANK 0] [E] x", "Error", "x")]
    [InlineData("[2026-02-11 07:14:55 TP1] x", "None", "x")]
    [InlineData("level=warn ts=2026-01-01T00:00:00Z x", "Warning", "ts=2026-01-01T00:00:00Z x")]
    [InlineData("DEBUG:asyncio:x", "Debug", "asyncio:x")]
    [InlineData("SEVERE: x", "Error", "x")]
    [InlineData("|     x", "None", "|     x")]
    public async Task A_level_is_recognized(string line, string level, string message)
    {
        await Task.CompletedTask;
        var head = LineHead.Parse(line);

        Assert.Equal((level, message), (head.Level.ToString(), head.Message));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("""{"timestamp":"2026-01-09T11:05:41Z","level":"INFO","fields":{"message":"x"}}""", "Information")]
    [InlineData("""{"timestamp":"2026-01-09T11:05:41Z","level":"ERROR","fields":{"message":"level: info"}}""", "Error")]
    [InlineData("""{"severity": "warning", "message": "x"}""", "Warning")]
    [InlineData("""{"t":{"$date":"2026-01-01"},"s":"I","c":"NETWORK","msg":"x"}""", "Information")]
    [InlineData("""{"error":"x"}""", "None")]
    public async Task The_level_of_a_JSON_object_is_recognized(string line, string level)
    {
        await Task.CompletedTask;

        Assert.Equal(level, LineHead.Parse(line).Level.ToString());
    }
}
