using TestReaper.Processes;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers.Presets;

/// <summary>A key that ends in <c>*</c> removes the inherited variables that begin so.</summary>
public sealed class EnvironmentWildcardTests : StartingServers
{
    private const string Prefix = "TESTREAPER_WILDCARD";

    public EnvironmentWildcardTests()
    {
        // No other test reads them, and the tests of one class do not run in parallel.
        Environment.SetEnvironmentVariable($"{Prefix}_ONE", "1");
        Environment.SetEnvironmentVariable($"{Prefix}_TWO", "2");
        Environment.SetEnvironmentVariable($"{Prefix}", "3");
    }

    [Fact(Timeout = 30_000)]
    public async Task Inherited_variables_that_begin_so_are_removed_and_other_ones_stay()
    {
        Assert.Equal([$"{Prefix}=3"], await EnvironAsync(new() { [$"{Prefix}_*"] = null }));
        Assert.Empty(await EnvironAsync(new() { [$"{Prefix}*"] = null }));
        Assert.Equal(3, (await EnvironAsync(new() { [$"{Prefix.ToLowerInvariant()}*"] = null })).Count);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_variable_with_an_entry_of_its_own_wins()
    {
        Assert.Equal([$"{Prefix}_TWO=mine"], await EnvironAsync(new() { [$"{Prefix}_TWO"] = "mine", [$"{Prefix}*"] = null }));
        Assert.Equal([$"{Prefix}_TWO=mine"], await EnvironAsync(new() { [$"{Prefix}*"] = null, [$"{Prefix}_TWO"] = "mine" }));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_star_alone_removes_all_but_the_scope_and_the_directory_for_temporary_files()
    {
        var dump = FilePath("dump");
        var root = Environment.GetEnvironmentVariable("DOTNET_ROOT");
        await using var server = await StartAsync(Server("--dump", dump) with
        {
            Environment = new Dictionary<string, string?> { ["*"] = null, ["DOTNET_ROOT"] = root },
            PrivateTemp = true,
        });

        var names = (await ProcessDump.ReadAsync(dump)).Environ.Select(variable => variable.Split('=')[0]);

        Assert.Equal(
            ["TEMP", "TESTREAPER_SCOPE", "TMP", "TMPDIR"], names.Where(name => name != "DOTNET_ROOT").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_scope_of_an_outer_server_stays()
    {
        var inherited = new Dictionary<string, string> { ["TESTREAPER_SCOPE"] = "outer", ["TESTREAPER_KEEP"] = "always" };

        TestReaper.Servers.Starting.EnvironmentWildcards.Apply(new Dictionary<string, string?> { ["TESTREAPER_*"] = null }, inherited);

        Assert.Equal(["TESTREAPER_SCOPE"], inherited.Keys);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_wildcard_with_a_value_is_refused()
    {
        var refused = await Assert.ThrowsAsync<ArgumentException>(
            () => StartAsync(Shell("true") with { Environment = new Dictionary<string, string?> { ["LLAMA_ARG_*"] = "" } }));

        Contains("'LLAMA_ARG_*' has a value", refused.Message);
        Contains("set it to null", refused.Message);
    }

    private async Task<IReadOnlyList<string>> EnvironAsync(Dictionary<string, string?> environment)
    {
        var dump = FilePath("dump");
        File.Delete(dump);
        await using var server = await StartAsync(Server("--dump", dump) with { Environment = environment });
        return [.. (await ProcessDump.ReadAsync(dump)).Environ.Where(one => one.StartsWith(Prefix, StringComparison.Ordinal))];
    }
}
