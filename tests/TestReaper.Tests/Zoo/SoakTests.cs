using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using TestReaper.Platform.Linux.Containers;
using TestReaper.Tests.Infrastructure;
using Xunit;
using Xunit.Abstractions;

namespace TestReaper.Tests.Zoo;

/// <summary>
/// A thousand reaps of random animals by hosts with random layers. TESTREAPER_SOAK_SEED repeats the random choices of a run.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class SoakTests(ITestOutputHelper output)
{
    private const int Hosts = 40, ReapsOfEach = 25, WarmUp = 5;

    private readonly int _seed = SeedFrom(Environment.GetEnvironmentVariable("TESTREAPER_SOAK_SEED"));

    [SkippableTheory(Timeout = 120_000)]
    [InlineData("all layers")]
    [InlineData("no cgroup")]
    public async Task One_soak_host_for_each_mechanism(string layers)
    {
        RequireRoot();
        await SoakAsync(LayerSet.Of(layers), Start());
    }

    // There are many hosts, each with few reaps, because neighbours exit by themselves after two minutes.
    [SkippableFact(Timeout = 600_000)]
    [Trait("Category", "Soak")]
    public async Task A_thousand_reaps_leave_no_unreported_survivor_and_touch_no_bystander()
    {
        RequireRoot();
        var (random, started, rows) = (Start(), Stopwatch.GetTimestamp(), new StringBuilder());
        var escapedAsReported = 0;

        for (var host = 0; host < Hosts; host++)
        {
            var layers = LayerSet.Random(random);
            var escaped = await SoakAsync(layers, random);
            escapedAsReported += escaped;
            rows.AppendLine(CultureInfo.InvariantCulture, $"| {layers} | {ReapsOfEach} | {escaped} |");
        }

        var elapsed = Stopwatch.GetElapsedTime(started);
        WriteTable($"""
            # A soak of {Hosts * ReapsOfEach} reaps

            `dotnet cake --target=Soak`, seed {_seed}, {elapsed.TotalSeconds:0} s.
            Random animals of the zoo, {Hosts} hosts with random layers.
            Survivors unreported: 0. Bystanders touched: 0. File descriptors leaked by the hosts: 0. Cgroups leaked by the hosts: 0.
            Survivors that the report said could escape: {escapedAsReported}.

            | layers | reaps | survivors, each said to be possible |
            |---|---:|---:|
            {rows.ToString().TrimEnd()}

            """);
    }

    private static int SeedFrom(string? text) =>
        int.TryParse(text, CultureInfo.InvariantCulture, out var seed) ? seed : Random.Shared.Next();

    private static void RequireRoot() =>
        Skip.IfNot(Environment.IsPrivilegedProcess && CGroupMount.OwnDirectory() is not null, "needs root and cgroup v2");

    private Random Start()
    {
        output.WriteLine($"seed {_seed}");
        return new Random(_seed);
    }

    private async Task<int> SoakAsync(LayerSet layers, Random random)
    {
        using var host = new SoakHost(layers);
        Animal[] animals = [.. Animal.Each.Concat(Animal.Bombs).Where(animal => !(animal.NeedsRoot && layers.IsOrdinaryUser))];
        var (escaped, warm) = (0, 0);
        for (var reap = 0; reap < ReapsOfEach; reap++)
        {
            var animal = reap < WarmUp ? Animal.Of("plain") : animals[random.Next(animals.Length)];
            output.WriteLine($"{layers}: {animal}");
            escaped += await host.ReapAsync(animal, animal.Arguments);
            warm = reap < WarmUp ? Math.Max(warm, host.Descriptors) : warm;
        }

        await host.AssertNothingLeakedAsync(warm);
        return escaped;
    }

    private void WriteTable(string table)
    {
        output.WriteLine(table);
        if (Environment.GetEnvironmentVariable("TESTREAPER_SOAK_TABLE") is { Length: > 0 } path)
        {
            File.WriteAllText(path, table);
        }
    }
}
