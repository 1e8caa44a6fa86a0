using TestReaper.Leaks;
using Xunit;

namespace TestReaper.Tests.Leaks;

public sealed class ExemptionsTests
{
    [Theory(Timeout = 30_000)]
    [InlineData("/usr/bin/dotnet /usr/lib/sdk/Roslyn/bincore/VBCSCompiler.dll -pipename:x")]
    [InlineData("/usr/share/dotnet/dotnet /usr/share/dotnet/sdk/MSBuild.dll /nologo /nodemode:1 /nodeReuse:true")]
    [InlineData("/usr/bin/MSBuild /noautoresponse /nodeMode:1")]
    [InlineData("dotnet /sdk/Sdks/Microsoft.NET.Sdk.Razor/tools/rzc.dll server -p x")]
    [InlineData("/usr/lib/jvm/bin/java -Xmx64m -cp /g/lib.jar org.gradle.launcher.daemon.bootstrap.GradleDaemon 8.0")]
    [InlineData("adb -L tcp:5037 fork-server server --reply-fd 4")]
    [InlineData("dotnet exec --runtimeconfig /x/y.json --depsfile /x/y.deps.json /nuget/testhost.dll --port 1")]
    [InlineData("dotnet /sdk/vstest.console.dll --port 1")]
    [InlineData("/nuget/testhost --port 1")]
    [InlineData("dotnet /nuget/testhost.dll --port 1")]
    [InlineData("dotnet /x/datacollector.dll --port 1")]
    [InlineData("/x/CodeCoverage.Console")]
    public async Task Build_servers_and_the_test_platform_may_stay(string commandLine)
    {
        await Task.CompletedTask;
        Assert.True(Exemptions.Covers(commandLine, []));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("/tests/TestReaper.TestHost --serve")]
    [InlineData("/x/my.testhost")]
    [InlineData("/x/testhosts")]
    [InlineData("dotnet MyServer.dll testhost")]
    [InlineData("/usr/bin/dotnet MSBuild.dll my.proj")]
    [InlineData("dotnet rzc.dll")]
    [InlineData("python3 -u testhost")]
    [InlineData("/home/me/roslyn/VBCSCompilerTests/bin/FakeServer --port 1")]
    [InlineData("tail -f /tmp/VBCSCompiler.log")]
    [InlineData("vi /sdk/MSBuild.dll /nodemode:1")]
    [InlineData("python3 server.py --tool rzc.dll server")]
    [InlineData("grep GradleDaemon /tmp/log")]
    [InlineData("adb logcat")]
    public async Task Other_programs_may_not_stay(string commandLine)
    {
        await Task.CompletedTask;
        Assert.False(Exemptions.Covers(commandLine, []));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("/opt/bin/redis-server *:6379", "redis-server")]
    [InlineData("/opt/bin/redis-server *:6379", "/opt/bin/redis-server")]
    [InlineData("/opt/Server.exe", "Server")]
    [InlineData("dotnet /opt/Server.dll --port 1", "Server")]
    [InlineData("dotnet /opt/Server.dll --port 1", "Server.dll")]
    [InlineData("dotnet /opt/Server.dll --port 1", "/opt/Server.dll")]
    [InlineData("python3 server.py", "server.py")]
    [InlineData("/usr/bin/python3.12 -u /opt/server.py --port 1", "server.py")]
    [InlineData("python3 -m sglang.launch_server", "sglang.launch_server")]
    [InlineData("dotnet exec /opt/Server.dll", "Server")]
    [InlineData("node -r ./hook.js server.mjs", "server.mjs")]
    [InlineData("java -jar /opt/app.jar --port 1", "app.jar")]
    [InlineData("redis-server *:6379", "redis-server")]
    public async Task An_ignored_program_matches_by_name_with_or_without_extension_or_by_path(string commandLine, string ignored)
    {
        await Task.CompletedTask;
        Assert.True(Exemptions.Covers(commandLine, ["other", ignored]));
        Assert.False(Exemptions.Covers(commandLine, ["other"]));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("/opt/bin/redis-server *:6379", "REDIS-SERVER")]
    [InlineData("/opt/bin/redis-server *:6379", "redis")]
    [InlineData("/opt/bin/redis-server *:6379", "/bin/redis-server")]
    [InlineData("/opt/bin/redis-server --config redis-sentinel", "redis-sentinel")]
    [InlineData("/opt/tool --name", "--name")]
    [InlineData("sh -ec adb", "adb")]
    [InlineData("python3 -c adb", "adb")]
    [InlineData("python3 -W adb server.py", "adb")]
    public async Task A_name_in_other_case_a_partial_name_or_a_later_argument_does_not_match(string commandLine, string ignored)
    {
        await Task.CompletedTask;
        Assert.False(Exemptions.Covers(commandLine, [ignored]));
    }

    /// <summary>"/my sdk/adb" is one path, and "adb" is its name, if that file exists.</summary>
    [Fact(Timeout = 30_000)]
    public async Task A_path_with_spaces_matches_by_its_file_name()
    {
        await Task.CompletedTask;
        var directory = Directory.CreateTempSubdirectory("Android Sdk ").FullName;
        try
        {
            var (program, script) = (Path.Combine(directory, "adb"), Path.Combine(directory, "my server.py"));
            File.WriteAllText(program, "");
            File.WriteAllText(script, "");

            Assert.True(Exemptions.Covers($"{program} 60", ["adb"]));
            Assert.True(Exemptions.Covers($"{program} 60", [program]));
            Assert.True(Exemptions.Covers($"python3 -u {script} --port 1", ["my server.py"]));
            Assert.True(Exemptions.CoversProgram(["python3", script], executable: null, ["my server"]));
            Assert.True(Exemptions.CoversProgram(["renamed"], program, ["adb"]));
            Assert.False(Exemptions.Covers($"{program} 60", ["Android"]));
            Assert.False(Exemptions.Covers($"{program} 60", ["60"]));
            Assert.False(Exemptions.CoversProgram(["tail", program], executable: "/usr/bin/tail", ["adb"]));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
