using TestReaper.Watchdog;
using Xunit;

namespace TestReaper.Tests.CrashProtection;

/// <summary>A runner is a program that starts and ends test programs.</summary>
public sealed class RunnerWatchTests
{
    private const string TestHost = "/p/microsoft.testplatform.testhost/18.11.0/lib/net8.0/testhost.dll";

    [Theory]
    [InlineData("dotnet test")]
    [InlineData("/usr/share/dotnet/dotnet vstest a.dll")]
    [InlineData("dotnet watch test")]
    [InlineData("dotnet /sdk/vstest.console.dll a.dll")]
    [InlineData("dotnet exec /sdk/vstest.console.dll a.dll")]
    [InlineData($"/usr/share/dotnet/dotnet exec --runtimeconfig x.runtimeconfig.json --depsfile x.deps.json {TestHost} --port 1")]
    [InlineData("dotnet exec --depsfile /a dir/x.deps.json /a dir/testhost.dll --port 1")]
    [InlineData("/p/bin/testhost --port 1")]
    [InlineData("/p/bin/testhost")]
    [InlineData("/p/bin/testhost.x86 --port 1")]
    [InlineData("/p/vstest.console a.dll")]
    [InlineData("dotnet /p/xunit.console.dll a.dll")]
    [InlineData("/p/nunit3-console a.dll")]
    [InlineData("dotnet /p/ReSharperTestRunner.dll")]
    public void A_test_runner_is_recognized(string commandLine) => Assert.True(RunnerWatch.IsRunner(commandLine));

    [Theory]
    [InlineData("")]
    [InlineData("dotnet")]
    [InlineData("dotnet build test")]
    [InlineData("dotnet exec app.dll testhost.dll")]
    [InlineData("dotnet app.dll test")]
    [InlineData("/p/TestReaper.TestHost --serve")]
    [InlineData("/p/mytesthost --port 1")]
    [InlineData("sh -c dotnet test")]
    [InlineData("rider /p/testhost.dll")]
    [InlineData("nohup dotnet test")]
    [InlineData("vim testhost")]
    public void Other_programs_are_not_runners(string commandLine) => Assert.False(RunnerWatch.IsRunner(commandLine));
}
