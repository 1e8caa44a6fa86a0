using Xunit;

namespace TestReaper.Analyzers.Tests.Kinds;

/// <summary>A process that is converted to another type, or passed to a base constructor, is an ordinary value.</summary>
public sealed class ConversionTests : KindTest
{
    [Theory]
    [InlineData("object Launch() => Process.Start(\"server\");")]
    [InlineData("IDisposable Launch() { var p = Process.Start(\"server\"); return p; }")]
    [InlineData("IDisposable Launch() { var p = new Process(); try { p.Start(); return p; } catch { p.Dispose(); throw; } }")]
    [InlineData("Task<object> Launch() => Task.FromResult<object>(Process.Start(\"server\"));")]
    [InlineData("void Launch() { object p = Process.Start(\"server\"); End(p); }")]
    [InlineData("void Launch() { End(Process.Start(\"server\")); }")]
    [InlineData("object Launch() { object p = Process.Start(\"server\"); return p; }")]
    [InlineData("void Launch() { Also(Process.Start(\"server\")); } static void Also(object p) => End(p);")]
    [InlineData("void Launch() { IDisposable p = Process.Start(\"server\"); if (p is Process { HasExited: false } q) { q.Kill(true); } }")]
    [InlineData("void Launch() => _disposables.Add(Process.Start(\"server\"));")]
    [InlineData("void Launch() { var p = Process.Start(\"server\"); _disposables.Add(p); }")]
    [InlineData("object _it; void Launch() { _it = Process.Start(\"server\"); End(_it); }")]
    [InlineData("readonly object _it = Process.Start(\"server\"); void Launch() => ((Process)_it).Kill(true);")]
    [InlineData("IDisposable It { get; } = Process.Start(\"server\"); void Launch() => End(It);")]
    [InlineData("void Launch() { var p = (Process)Begin(); p.Kill(true); } static IDisposable Begin() => Process.Start(\"server\");")]
    [InlineData("void Launch() { Func<Process> begin = () => { return Process.Start(\"server\"); }; begin().Kill(true); }")]
    [InlineData("void Launch() { var p = true ? Process.Start(\"server\") : null; End(p); }")]
    public Task A_converted_process_is_followed(string members) => IsCleanAsync(
        $$"""
        public class Tests
        {
            readonly List<IDisposable> _disposables = new();
            [Fact] public void A() { }
            {{members}}
            static void End(object process) { if (process is Process p) { p.Kill(true); } }
        }
        """);

    [Theory]
    [InlineData("{ object p = Process.Start(\"server\"); Console.WriteLine(p); }")]
    [InlineData("{ IDisposable p = Process.Start(\"server\"); Assert.NotNull(p); }")]
    [InlineData("{ using IDisposable p = Process.Start(\"server\"); }")]
    [InlineData("{ using (IDisposable p = Process.Start(\"server\")) { Console.WriteLine(); } }")]
    [InlineData("{ Assert.NotNull((object)Process.Start(\"server\")); }")]
    [InlineData("{ Show(Process.Start(\"server\")); } static void Show(object p) => Console.WriteLine(p);")]
    [InlineData("{ Action begin = () => { }; Task.Run(() => { Process.Start(\"server\"); }).Wait(); }")]
    [InlineData("=> Task.Run(() => { var p = Process.Start(\"server\"); Console.WriteLine(p.Id); });")]
    public Task A_converted_process_that_nothing_stops_leaks(string body) =>
        LeaksAsync($$"""public class Tests { [Fact] public void A() {{body}} }""");

    [Theory]
    [InlineData("class Logged : Holder { readonly string _log; public Logged(Process p, string log) : base(p) { _log = log; } }")]
    [InlineData("class Logged : Holder { public Logged(Process p, string log) : base(p) => Console.WriteLine(log); }")]
    [InlineData("class Logged(Process p, string log) : Holder(p) { public string Log => log; }")]
    [InlineData("class Logged : Holder { public Logged(Process p, string log) : this(p) { } Logged(Process p) : base(p) { } }")]
    [InlineData("class Logged : Holder { public Logged(Process process, string log) : base(process ?? throw new Exception()) { } }")]
    public Task A_base_constructor_takes_the_process(string holder) => IsCleanAsync(
        $$"""
        public class Holder : IDisposable
        {
            readonly Process _p;
            public Holder(Process p) => _p = p;
            public void Dispose() { _p.Kill(true); _p.WaitForExit(); }
        }
        public {{holder}}
        public class Tests
        {
            [Fact] public void A() { using var holder = Launch(); }
            static Holder Launch() { var holder = new Logged(Process.Start("server"), "log"); return holder; }
        }
        """);

    [Theory]
    [InlineData("public Server() : base(Process.Start(\"server\")) { }")]
    [InlineData("public Server() : this(Process.Start(\"server\")) { } Server(Process p) : base(p) { }")]
    [InlineData("public Server(string file = \"server\") : base(Process.Start(file)) { }")]
    public Task A_constructor_initializer_starts_the_process(string constructor) => IsCleanAsync(
        $$"""
        public class Holder : IDisposable
        {
            readonly Process _p;
            protected Holder(Process p) { _p = p; }
            public void Dispose() { _p.Kill(true); _p.WaitForExit(); }
        }
        public class Server : Holder { {{constructor}} }
        public class Tests : IClassFixture<Server> { [Fact] public void A() { } }
        """);

    [Theory]
    [InlineData("_p.Kill(true); _p.WaitForExit();", false)]
    [InlineData("Console.WriteLine(_p.Id);", true)]
    [InlineData("_p.Dispose();", true)]
    public async Task An_initializer_starts_the_process_of_its_member(string statements, bool leaks)
    {
        string[] members = ["readonly Process _p = Process.Start(\"server\");", "Process _p { get; } = Process.Start(\"server\");"];
        foreach (var member in members)
        {
            var server = $$"""public class Server : IDisposable { {{member}} public void Dispose() { {{statements}} } }""";
            var source = server + " public class Tests : IClassFixture<Server> { [Fact] public void A() { } }";
            await (leaks ? LeaksAsync(source) : IsCleanAsync(source));
        }
    }
}
