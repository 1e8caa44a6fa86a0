using TestReaper.Gpu;
using TestReaper.Gpu.Skips;
using TestReaper.Tests.Gpu;
using TestReaper.Xunit.Tests.InnerRuns;
using Xunit;

namespace TestReaper.Xunit.Tests.Gpu;

/// <summary>[GpuFact] and [GpuTheory], run by the real xUnit on machines with stand-in drivers.</summary>
public sealed class GpuAttributeTests : FixtureTest
{
    private const string Found = "AMD Stand-in Instinct (64.0 GiB)";

    [Fact(Timeout = 60_000)]
    public async Task Without_a_driver_all_tests_are_skipped_with_the_reason()
    {
        using var machine = new AmdCards(0);

        var results = await RunAsync(machine, typeof(InnerGpuTests));

        Assert.Equal(["Other"], InnerGpuState.Take());
        Assert.Contains("skipped Any: needs a GPU; found no GPU driver", results);
        Assert.Contains("skipped Two: needs 2 GPUs; found no GPU driver", results);
        Assert.Contains("skipped Rows: needs a GPU; found no GPU driver", results);
        Assert.Contains("skipped LateRows: needs a GPU; found no GPU driver", results);
        Assert.Single(results, result => !result.StartsWith("skipped ", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task Tests_run_whose_GPUs_are_there_and_others_say_what_was_found()
    {
        using var machine = new AmdCards(1);

        var results = await RunAsync(machine, typeof(InnerGpuTests));

        Assert.Equal(["Amd", "Any", "LateRowsc", "LateRowsd", "Other", "Rowsa", "Rowsb"], InnerGpuState.Take());
        Assert.Contains($"skipped Two: needs 2 GPUs; found 1: {Found}", results);
        Assert.Contains($"skipped TwoRows: needs 2 GPUs; found 1: {Found}", results);
        Assert.Contains($"skipped Memory: needs a GPU with at least 100.0 GiB of memory; found 1: {Found}", results);
        Assert.Contains($"skipped Vendor: needs an Intel GPU; found 1: {Found}", results);
        Assert.Contains($"skipped Capability: needs a GPU with at least compute capability 8.0; found 1: {Found}", results);
        Assert.DoesNotContain(results, result => result.StartsWith("failed ", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_wrong_value_fails_the_test_and_says_how_to_write_it()
    {
        using var machine = new AmdCards(1);

        var results = await RunAsync(machine, typeof(InnerWrongValueTests));

        Assert.Empty(InnerGpuState.Take());
        Assert.All(results, result => Assert.StartsWith("failed ", result, StringComparison.Ordinal));
        Assert.Contains(results, result => result.StartsWith("failed Capability: ", StringComparison.Ordinal)
            && result.Contains("MinComputeCapability is \"abc\". Write it as major and minor version", StringComparison.Ordinal));
        Assert.Contains(results, result => result.StartsWith("failed None: ", StringComparison.Ordinal)
            && result.Contains("Count is 0. Set it to the number of GPUs", StringComparison.Ordinal));
        Assert.Contains(results, result => result.StartsWith("failed LateRows: ", StringComparison.Ordinal)
            && result.Contains("MinMemory is -1.", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_fixture_can_start_no_server_for_tests_that_are_skipped()
    {
        using var machine = new AmdCards(1);

        var results = await RunAsync(machine, typeof(InnerGpuFixtureTests));

        // One is constructed, and skips itself when it uses the server.
        Assert.Equal(["constructor"], InnerGpuState.Take());
        Assert.Equal(
            [$"skipped One: needs 2 GPUs; found 1: {Found}", $"skipped Two: needs 2 GPUs; found 1: {Found}"],
            results.Order(StringComparer.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_same_fixture_starts_its_server_where_the_GPUs_are()
    {
        using var machine = new AmdCards(2);

        var results = await RunAsync(machine, typeof(InnerGpuFixtureTests));

        Assert.Equal(["constructor", "constructor", "options", "server True", "server True"], InnerGpuState.Take());
        Assert.Equal(["passed One", "passed Two"], results.Order(StringComparer.Ordinal));
    }

    [Trait("System", "Linux")]
    [Fact(Timeout = 60_000)]
    public async Task A_driver_that_hangs_skips_the_tests_after_its_limit()
    {
        using var machine = new AmdCards(2);
        machine.Hang();
        var monitor = machine.CreateMonitor();
        GpuInventory.Get(monitor, TimeSpan.FromMilliseconds(500));

        var results = await RunAsync(monitor, typeof(InnerGpuTests));

        Assert.Equal(["Other"], InnerGpuState.Take());
        Assert.Contains(
            "skipped Any: needs a GPU; no GPU could be read: The GPU drivers gave no answer within 0.5 s. The query was abandoned",
            results);
    }

    private Task<IReadOnlyList<string>> RunAsync(AmdCards machine, Type type) => RunAsync(machine.CreateMonitor(), type);

    private async Task<IReadOnlyList<string>> RunAsync(GpuMonitor monitor, Type type)
    {
        GpuMonitor.Current = monitor;
        InnerGpuState.Arrange(Server());
        return (await InnerRun.OfAsync(type)).Results;
    }
}
