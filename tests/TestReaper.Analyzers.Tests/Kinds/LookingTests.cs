using Xunit;

namespace TestReaper.Analyzers.Tests.Kinds;

/// <summary>Code that reads the pid, the name or the state of a process does not take over the duty to stop it.</summary>
public sealed class LookingTests : KindTest
{
    [Theory]
    [InlineData("Console.WriteLine(p.Id);")]
    [InlineData("Log($\"started {p.Id}\");")]
    [InlineData("Log(\"started \" + p.Id.ToString());")]
    [InlineData("Log(string.Format(\"{0} {1}\", p.Id, p.ProcessName));")]
    [InlineData("LogPid(p.Id);")]
    [InlineData("LogPid(id: p.Id);")]
    [InlineData("var id = p.Id; Assert.True(id > 0);")]
    [InlineData("int? id = p?.Id; Log($\"{id}\");")]
    [InlineData("_id = p.Id;")]
    [InlineData("this._id = p.Id; Assert.Equal(_id, p.Id);")]
    [InlineData("Check(p.HasExited, p.ProcessName);")]
    [InlineData("var handler = Handler(p.Id); p.OutputDataReceived += handler;")]
    [InlineData("void Show(int id) => Console.WriteLine(id); Show(p.Id);")]
    [InlineData("p.CloseMainWindow();")]
    [InlineData("p.Refresh(); _ = p.Responding; p.CloseMainWindow(); p.WaitForExit(100);")]
    public Task A_look_alone_leaks(string statements) => LeaksAsync(AddTest(statements));

    [Theory]
    [InlineData("KillById(p.Id);")]
    [InlineData("var id = p.Id; KillById(id);")]
    [InlineData("Execute(\"kill -9 \" + p.Id);")]
    [InlineData("Process.Start(\"kill\", $\"-9 {p.Id}\").WaitForExit();")]
    [InlineData("using var other = Process.GetProcessById(p.Id); other.Kill(true);")]
    [InlineData("foreach (var other in Process.GetProcessesByName(p.ProcessName)) { other.Kill(true); }")]
    [InlineData("_ids.Add(p.Id);")]
    [InlineData("_killed = p.Id;")]
    [InlineData("_killed = p?.Id ?? 0;")]
    [InlineData("Pid = p.Id;")]
    [InlineData("using var stop = new Stopper(p.Id);")]
    [InlineData("void End(int id) { using var q = Process.GetProcessById(id); q.Kill(true); } End(p.Id);")]
    [InlineData("p.CloseMainWindow(); p.WaitForExit();")]
    [InlineData("if (!p.CloseMainWindow()) { p.Kill(true); }")]
    public Task A_pid_that_may_be_used_to_kill_is_clean(string statements) => IsCleanAsync(AddTest(statements));

    [Theory]
    [InlineData("readonly int _pid = Process.Start(\"server\").Id;", "Console.WriteLine(_pid);", true)]
    [InlineData("int Pid { get; } = Process.Start(\"server\").Id;", "Assert.True(Pid > 0);", true)]
    [InlineData("readonly int _pid; public Tests() => _pid = Process.Start(\"server\").Id;", "Assert.True(_pid > 0);", true)]
    [InlineData("readonly int _pid = Process.Start(\"server\").Id;", "Process.GetProcessById(_pid).Kill(true);", false)]
    [InlineData("int Pid { get; } = Process.Start(\"server\").Id;", "Process.GetProcessById(Pid).Kill(true);", false)]
    [InlineData("readonly int? _pid = Process.Start(\"server\")?.Id;", "Process.GetProcessById(_pid.Value).Kill(true);", false)]
    public Task A_pid_in_a_member_is_judged_by_its_uses(string member, string statement, bool leaks)
    {
        var source = $$"""public class Tests { {{member}} [Fact] public void A() { } [Fact] public void B() { {{statement}} } }""";
        return leaks ? LeaksAsync(source) : IsCleanAsync(source);
    }

    [Fact]
    public Task A_method_that_returns_the_pid_is_clean() => IsCleanAsync(
        """
        public interface ILauncher { int Launch(string file); }
        public class Tests
        {
            [Fact] public void A() { }
            private sealed class Launcher : ILauncher
            {
                public int? LaunchedId { get; private set; }
                public int Launch(string file)
                {
                    var process = new Process { StartInfo = new ProcessStartInfo(file) };
                    process.Start();
                    LaunchedId = process?.Id;
                    return LaunchedId ?? -1;
                }
            }
        }
        """);

    private static string AddTest(string statements) => $$"""
        public class Tests
        {
            readonly List<int> _ids = new();
            int _id, _killed;
            public int? Pid { get; set; }
            [Fact] public void A() { var p = Process.Start("server"); {{statements}} }
            [Fact] public void B() { _ids.ForEach(KillById); KillById(_killed); KillById(Pid.Value); }
            static void Log(string line) => Console.WriteLine(line);
            static void LogPid(int id) { var line = $"{id}"; Console.WriteLine(line); }
            static void Check(bool exited, string name) { Assert.False(exited); Assert.NotNull(name); }
            static DataReceivedEventHandler Handler(int id) => (_, e) => Console.WriteLine($"[{id}] {e.Data}");
            static void KillById(int id) { using var other = Process.GetProcessById(id); other.Kill(true); }
            static void Execute(string command) => Process.Start("sh", "-c " + command).WaitForExit();
            sealed class Stopper(int id) : IDisposable { public void Dispose() => Process.GetProcessById(id).Kill(true); }
        }
        """;
}
