using TestReaper.Processes;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>A .NET build within a server's tree starts no daemon that serves other jobs, unless the user wants that.</summary>
public sealed class BuildServerVariableTests : StartingServers
{
    [Fact(Timeout = 30_000)]
    public async Task Node_reuse_and_the_compiler_server_are_off_where_no_variable_is_set()
    {
        // No other test reads them, so this one may remove the variables that the test runner has set.
        string[] names = [.. BuildServers.Variables];
        var before = names.Select(Environment.GetEnvironmentVariable).ToArray();
        Array.ForEach(names, name => Environment.SetEnvironmentVariable(name, null));
        try
        {
            Assert.Equal(
                ["DOTNET_CLI_USE_MSBUILD_SERVER=0", "MSBUILDDISABLENODEREUSE=1", "UseSharedCompilation=false"],
                (await EnvironAsync([])).Where(IsOne).Order(StringComparer.Ordinal));
        }
        finally
        {
            Array.ForEach(names.Zip(before).ToArray(), one => Environment.SetEnvironmentVariable(one.First, one.Second));
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task A_value_of_the_user_stays_and_null_removes_the_variable() =>
        Assert.Equal(
            ["DOTNET_CLI_USE_MSBUILD_SERVER=1", "UseSharedCompilation="],
            (await EnvironAsync(new()
            {
                ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "1",
                ["MSBUILDDISABLENODEREUSE"] = null,
                ["UseSharedCompilation"] = "",
            })).Where(IsOne).Order(StringComparer.Ordinal));

    private static bool IsOne(string variable) => BuildServers.Variables.Contains(variable.Split('=')[0]);

    private async Task<IReadOnlyList<string>> EnvironAsync(Dictionary<string, string?> environment)
    {
        var dump = Path.Combine(Registry.Directory, ".dump");
        await using var server = await ServerProcess.StartAsync(Server("--dump", dump) with { Environment = environment });
        return (await ProcessDump.ReadAsync(dump)).Environ;
    }
}
