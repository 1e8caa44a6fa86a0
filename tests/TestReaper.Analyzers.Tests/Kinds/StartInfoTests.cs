using Xunit;

namespace TestReaper.Analyzers.Tests.Kinds;

/// <summary>A command that exits by itself is recognized wherever its start info is set.</summary>
public sealed class StartInfoTests : KindTest
{
    [Theory]
    [InlineData("var i = new ProcessStartInfo(\"server\"); i.FileName = \"{0}\"; Process.Start(i);")]
    [InlineData("var i = new ProcessStartInfo(); i.FileName = \"{0}\"; var p = new Process(); p.StartInfo = i; p.Start();")]
    [InlineData("var p = new Process(); var i = new ProcessStartInfo(); p.StartInfo = i; i.FileName = \"{0}\"; p.Start();")]
    [InlineData("var p = new Process(); p.StartInfo.FileName = \"{0}\"; p.StartInfo.Arguments = \"x\"; p.Start();")]
    [InlineData("var p = new Process {{ StartInfo = {{ FileName = \"{0}\" }} }}; p.Start();")]
    [InlineData("var i = new ProcessStartInfo {{ FileName = \"{0}\" }}; new Process {{ StartInfo = i }}.Start();")]
    [InlineData("ProcessStartInfo i; i = new(\"{0}\", $\"/pid {{Environment.ProcessId}}\"); Process.Start(i);")]
    [InlineData("Process p; p = new Process(); p.StartInfo = new ProcessStartInfo {{ FileName = \"{0}\" }}; p.Start();")]
    [InlineData("_p.StartInfo.FileName = \"{0}\"; _p.Start();")]
    [InlineData("_info.FileName = \"{0}\"; Process.Start(_info);")]
    [InlineData("void Go(ProcessStartInfo i) {{ i.FileName = \"{0}\"; Process.Start(i); }} Go(new ProcessStartInfo());")]
    public async Task The_command_decides(string statements)
    {
        await IsCleanAsync(AddTest(statements, "taskkill"));
        await LeaksAsync(AddTest(statements, "server"));
    }

    [Theory]
    [InlineData("i.Arguments = \"rm -f x\";", "i.Arguments = \"run x\";")]
    [InlineData("i.Arguments = $\"rm -f {i}\";", "i.Arguments = $\"run {i}\";")]
    [InlineData("i.ArgumentList.Add(\"rm\"); i.ArgumentList.Add(\"x\");", "i.ArgumentList.Add(\"run\"); i.ArgumentList.Add(\"x\");")]
    public async Task The_verb_decides(string rm, string run)
    {
        await IsCleanAsync(AddTest($"var i = new ProcessStartInfo(\"docker\"); {rm} Process.Start(i);"));
        await LeaksAsync(AddTest($"var i = new ProcessStartInfo(\"docker\"); {run} Process.Start(i);"));
    }

    [Theory]
    [InlineData(
        "var p = new Process(); p.StartInfo.FileName = \"cmd.exe\"; "
        + "p.StartInfo.Arguments = $\"/C taskkill /pid {1} /f\"; p.Start();")]
    [InlineData("if (Debugger.IsAttached) { Process.Start(\"cmd\", \"/c report.html\"); }")]
    [InlineData("if (DateTime.Now.Hour > 9 && Debugger.IsAttached) { Process.Start(\"viewer\"); }")]
    [InlineData("if (!Debugger.IsAttached) { return; } Process.Start(\"viewer\");")]
    [InlineData("if (!Debugger.IsAttached) { return; } if (DateTime.Now.Hour > 9) { var p = new Process(); p.Start(); }")]
    [InlineData("Process.Start(\"az\", \"group delete --name x --yes --no-wait\");")]
    public Task A_command_for_the_developer_or_of_a_shell_is_clean(string statements) => IsCleanAsync(AddTest(statements));

    [Theory]
    [InlineData("if (Debugger.IsAttached) { return; } Process.Start(\"viewer\");")]
    [InlineData("if (!Debugger.IsAttached) { Console.WriteLine(); } Process.Start(\"viewer\");")]
    public Task A_command_without_a_debugger_leaks(string statements) => LeaksAsync(AddTest(statements));

    [Theory]
    [InlineData("Process.Start(\"docker\", $\"compose -p {name} down --rmi local\");")]
    [InlineData("var i = new ProcessStartInfo { FileName = \"docker\", Arguments = $\"compose -f {name} rm -f\" }; Process.Start(i);")]
    [InlineData("Process.Start(\"docker-compose\", \"-f x.yml stop\");")]
    [InlineData("Process.Start(new ProcessStartInfo(address.Url) { UseShellExecute = true });")]
    [InlineData("var url = name.Replace(\"&\", \"^&\"); Process.Start(new ProcessStartInfo(url) { UseShellExecute = true });")]
    [InlineData("Process.Start(new ProcessStartInfo { FileName = $\"http://localhost:{name}\", UseShellExecute = true });")]
    [InlineData("Process.Start(new ProcessStartInfo(new Uri(name).ToString()) { UseShellExecute = true });")]
    public Task A_command_that_ends_itself_is_clean(string statements) => IsCleanAsync(AddMethod(statements));

    [Theory]
    [InlineData("Process.Start(\"docker\", $\"compose -p {name} up\");")]
    [InlineData("Process.Start(\"docker-compose\", \"-f x.yml up --build\");")]
    [InlineData("Process.Start(new ProcessStartInfo(name) { UseShellExecute = true });")]
    [InlineData("Process.Start(\"server\", $\"--url http://localhost:{name}\");")]
    public Task A_command_that_stays_leaks(string statements) => LeaksAsync(AddMethod(statements));

    private static string AddMethod(string statements) => $$"""
        public class Tests
        {
            [Fact] public void A() => Open("x", (Url: "y", 1));
            static void Open(string name, (string Url, int) address) { {{statements}} }
        }
        """;

    private static string AddTest(string statements, string command) =>
        AddTest(statements.Replace("{0}", command, StringComparison.Ordinal)
            .Replace("{{", "{", StringComparison.Ordinal).Replace("}}", "}", StringComparison.Ordinal));

    private static string AddTest(string statements) => $$"""
        public class Tests
        {
            readonly ProcessStartInfo _info = new();
            readonly Process _p = new();
            [Fact] public void A() { {{statements}} }
        }
        """;
}
