using TestReaper.Analyzers.Rules;
using Xunit;

namespace TestReaper.Analyzers.Tests.Shape;

/// <summary>TR0011.</summary>
public sealed class DetachedStartTests : RuleTest<ProcessFlowAnalyzer>
{
    [Theory(Timeout = 30_000)]
    [InlineData("[|Process.Start(\"docker\", \"run -d redis\")|];")]
    [InlineData("[|Process.Start(\"/usr/bin/docker\", \"run --rm -p 6379:6379 --detach redis\")|];")]
    [InlineData("[|Process.Start(\"docker\", new[] { \"run\", \"-d\", \"redis\" })|];")]
    [InlineData("[|Process.Start(\"podman\", [\"run\", \"-it\", \"--name\", \"x\", \"-d\", \"redis\"])|];")]
    [InlineData("[|Process.Start(\"docker\", $\"run --name {name} -dit {name}\")|];")]
    [InlineData("[|Process.Start(\"docker\", \"run -d --name \" + name + \" redis\")|];")]
    [InlineData("[|Process.Start(\"docker\", \"compose -f x.yml up -d\")|];")]
    [InlineData("[|Process.Start(\"setsid\", \"-f ./server\")|];")]
    [InlineData("[|Process.Start(\"setsid\", \"--fork ./server\")|];")]
    [InlineData("[|Process.Start(\"bash\", \"-c \\\"./server & disown\\\"\")|];")]
    [InlineData("[|Process.Start(\"/bin/sh\", new[] { \"-c\", \"cd /srv && sudo setsid -f ./server\" })|];")]
    [InlineData("[|Process.Start(\"bash\", [\"-lc\", $\"docker run -d {name}\"])|];")]
    [InlineData("[|Process.Start(\"systemd-run\", \"--user ./server\")|];")]
    [InlineData("[|Process.Start(\"sudo\", \"systemd-run ./server\")|];")]
    [InlineData("[|Process.Start(\"tmux\", \"new -d -s server ./server\")|];")]
    [InlineData("[|Process.Start(\"tmux\", \"new-session -s server -d ./server\")|];")]
    [InlineData("[|Process.Start(\"powershell.exe\", \"-Command Start-Process ./server\")|];")]
    [InlineData("[|Process.Start(\"pwsh\", new[] { \"-NoProfile\", \"-c\", \"Start-Process server -NoNewWindow\" })|];")]
    [InlineData("[|Process.Start(\"pwsh\", \"-c \\\"Write-Host a; Start-Process server\\\"\")|];")]
    [InlineData("[|Process.Start(\"pwsh\", \"-c \\\"Start-Process server; exit 0\\\"\")|];")]
    [InlineData("[|Process.Start(\"cmd.exe\", \"/c start /b server.exe\")|];")]
    [InlineData("const string Docker = \"docker\"; [|Process.Start(Docker, \"run -d redis\")|];")]
    [InlineData("var arguments = \"run -d redis\"; [|Process.Start(\"docker\", arguments)|];")]
    public Task A_command_that_detaches_Triggers(string statement) => TriggersAsync(Suite.XunitV2, AddClass(statement));

    [Theory(Timeout = 30_000)]
    [InlineData("var info = [|new ProcessStartInfo(\"docker\", \"run -d redis\")|]; Process.Start(info);")]
    [InlineData(
        // lang=c#-test
        """
        var info = [|new ProcessStartInfo
        {
            FileName = "docker",
            Arguments = "run -d redis",
            RedirectStandardOutput = true,
        }|];
        Process.Start(info);
        """)]
    [InlineData("var info = [|new ProcessStartInfo(\"docker\")|]; info.Arguments = \"run -d redis\"; Process.Start(info);")]
    [InlineData(
        // lang=c#-test
        """
        var info = [|new ProcessStartInfo()|];
        info.FileName = "setsid";
        info.ArgumentList.Add("-f");
        info.ArgumentList.Add(name);
        Process.Start(info);
        """)]
    [InlineData("var info = [|new ProcessStartInfo(\"docker\") { ArgumentList = { \"run\", \"-d\", name } }|]; Process.Start(info);")]
    [InlineData("Process.Start([|new ProcessStartInfo(\"docker\", \"run -d redis\")|]);")]
    [InlineData("var process = new Process { StartInfo = [|new ProcessStartInfo(\"docker\", \"run -d redis\")|] }; process.Start();")]
    [InlineData(
        // lang=c#-test
        """
        var process = new Process();
        [|process.StartInfo.FileName = "docker"|];
        process.StartInfo.Arguments = "run -d redis";
        process.Start();
        """)]
    [InlineData(
        // lang=c#-test
        """
        Use([|new ServerProcessOptions { FileName = "docker", Arguments = ["run", "-d", "redis"] }|]);
        void Use(ServerProcessOptions options) { }
        """)]
    public Task A_command_in_several_statements_Triggers(string statements) =>
        TriggersAsync(Suite.NUnit, AddClass(statements).Replace("[Fact]", "[Test]", StringComparison.Ordinal));

    [Theory(Timeout = 30_000)]
    [InlineData("Process.Start(\"docker\", \"run --rm redis\");")]
    [InlineData("Process.Start(\"docker\", \"run redis redis-server -d\");")]
    [InlineData("Process.Start(\"docker\", \"run --name -d redis\");")]
    [InlineData("Process.Start(\"docker\", \"ps -d\");")]
    [InlineData("Process.Start(\"docker\", \"compose up\");")]
    [InlineData("Process.Start(\"docker\", \"run --detach=false redis\");")]
    [InlineData("Process.Start(\"nohup\", \"./server\");")]
    [InlineData("Process.Start(\"setsid\", \"./server -f x\");")]
    [InlineData("Process.Start(\"setsid\", \"--wait ./server\");")]
    [InlineData("Process.Start(\"bash\", \"-c \\\"./server & wait\\\"\");")]
    [InlineData("Process.Start(\"bash\", new[] { \"-c\", \"nohup ./server &\" });")]
    [InlineData("Process.Start(\"bash\", new[] { \"-c\", \"echo 'docker run -d redis'\" });")]
    [InlineData("Process.Start(\"systemd-run\", \"--scope ./server\");")]
    [InlineData("Process.Start(\"tmux\", \"new -s server\");")]
    [InlineData("Process.Start(\"tmux\", \"detach\");")]
    [InlineData("Process.Start(\"powershell\", \"-Command Start-Process ./server -Wait\");")]
    [InlineData("Process.Start(\"cmd\", \"/c start /wait /b server.exe\");")]
    [InlineData("Process.Start(\"cmd\", \"/c server.exe /b\");")]
    [InlineData("Process.Start(name, \"run -d redis\");")]
    [InlineData("Process.Start(\"docker\", name);")]
    [InlineData("Console.WriteLine(\"docker run -d redis\"); Assert.Equal(\"docker\", \"run -d\");")]
    [InlineData("var arguments = \"run -d redis\"; arguments = name; Process.Start(\"docker\", arguments);")]
    [InlineData("Process.Start(\"pwsh\", \"-c \\\"Start-Process server; Start-Sleep 10\\\"\");")]
    [InlineData("Process.Start(\"powershell.exe\", [\"-Command\", \"Start-Process server; while (1) { Start-Sleep 1 }\"]);")]
    [InlineData("Process.Start(\"pwsh\", \"-c \\\"Start-Process server | Wait-Process\\\"\");")]
    [InlineData("Process.Start(\"cmd.exe\", \"/c start /b server.exe & timeout 10\");")]
    [InlineData("Process.Start(\"docker\", \"run -d --name web redis\"); Process.Start(\"docker\", \"rm -f web\");")]
    [InlineData("Process.Start(\"docker\", \"compose up -d\"); Process.Start(\"docker\", \"compose -p x down\");")]
    [InlineData("Process.Start(\"tmux\", \"new -d -s web ./server\"); Process.Start(\"tmux\", \"kill-session -t web\");")]
    [InlineData("Process.Start(\"sh\", [\"-c\", \"setsid -f ./server\"]); Process.Start(\"pkill\", \"-f server\");")]
    [InlineData(
        // lang=c#-test
        """
        var info = new ProcessStartInfo("docker");
        info = new ProcessStartInfo("git");
        info.Arguments = "run -d x";
        Process.Start(info);
        """)]
    public Task A_command_in_the_foreground_DoesNotTrigger(string statement) => DoesNotTriggerAsync(Suite.XunitV2, AddClass(statement));

    [Fact(Timeout = 30_000)]
    public Task Without_a_test_framework_DoesNotTrigger() =>
        DoesNotTriggerAsync(Suite.None, "public class Deployment { public void Run() => Process.Start(\"docker\", \"run -d redis\"); }");

    private static string AddClass(string statements) => $$"""
        public class Tests
        {
            [Fact] public void One() { Run("x"); }
            private static void Run(string name) { {{statements}} }
        }
        """;
}
