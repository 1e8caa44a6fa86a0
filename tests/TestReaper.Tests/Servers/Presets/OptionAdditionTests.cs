using Xunit;

namespace TestReaper.Tests.Servers.Presets;

/// <summary>Additions to options, and <c>{gpus}</c>.</summary>
public sealed class OptionAdditionTests : StartingServers
{
    private const string Print = "echo \"$1 $GPUS\"; exec sleep 60";

    [Fact]
    public void Arguments_come_after_the_present_ones_and_the_original_stays()
    {
        var before = new ServerProcessOptions { FileName = "x", Arguments = ["a"] };

        Assert.Equal(["a", "--dtype", "half"], before.WithArguments("--dtype", "half").Arguments);
        Assert.Equal(["a"], before.Arguments);
        Assert.Throws<ArgumentNullException>(() => before.WithArguments(null!));
    }

    [Fact]
    public void Variables_are_added_or_replaced_and_the_original_stays()
    {
        var variables = new Dictionary<string, string?> { ["A"] = "1", ["B*"] = null };
        var before = new ServerProcessOptions { FileName = "x", Environment = variables };

        var after = before.WithEnvironment("A", "2").WithEnvironment(new Dictionary<string, string?> { ["C"] = "3", ["D"] = null });

        Assert.Equal(new Dictionary<string, string?> { ["A"] = "2", ["B*"] = null, ["C"] = "3", ["D"] = null }, after.Environment);
        Assert.Equal("1", before.Environment["A"]);
        Assert.Throws<ArgumentNullException>(() => before.WithEnvironment(null!, "1"));
        Assert.Throws<ArgumentNullException>(() => before.WithEnvironment(null!));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(0, "1 n1")]
    [InlineData(3, "3 n3")]
    public async Task Gpus_stands_for_the_number_of_required_gpus(int count, string expected)
    {
        // Without a driver no GPU is leased, and the number is that of the requirement all the same.
        using var machine = new Gpu.Leases.LeaseMachine(new Gpu.GpuMachine());
        var options = Program("/bin/sh", "-c", Print, "sh", "{gpus}") with
        {
            Environment = new Dictionary<string, string?> { ["GPUS"] = "n{gpus}" },
            Gpu = count == 0 ? null : new GpuRequirement(count),
            Readiness = Readiness.OutputLine("n"),
        };

        await using var server = await StartAsync(options);

        Assert.Equal([expected], server.Output.Tail);
    }
}
