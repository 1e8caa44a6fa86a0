using Microsoft.Extensions.Logging;
using TestReaper.Extensibility;
using Xunit;

namespace TestReaper.Tests.Fixtures;

public sealed class LineLoggerTests
{
    [Fact(Timeout = 30_000)]
    public async Task Messages_below_information_are_left_out_and_those_above_have_their_level()
    {
        await Task.CompletedTask;
        var lines = new List<string>();
        var logger = new LineLogger(lines.Add);

        logger.LogDebug("debug");
        logger.LogInformation("ready");
        logger.LogWarning("slow");
        logger.LogError(new InvalidOperationException("not written"), "failed");

        Assert.Equal(["ready", "Warning: slow", "Error: failed"], lines);
        Assert.False(logger.IsEnabled(LogLevel.None));
    }
}
