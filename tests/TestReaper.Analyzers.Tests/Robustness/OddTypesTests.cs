using Microsoft.CodeAnalysis;
using TestReaper.Analyzers.Tests.Shape;
using Xunit;

namespace TestReaper.Analyzers.Tests.Robustness;

/// <summary>No analyzer throws on unusual types and unfinished code. Each source uses a construct that the flow model reads.</summary>
public sealed class OddTypesTests
{
    [Theory(Timeout = 60_000)]
    [InlineData("partial class T { Process _p = Process.Start(\"a\"); } partial class T { void A() { if (_p.HasExited) _p.Kill(); } }")]
    [InlineData("partial class T { partial void A(int id); void B() => A(Process.Start(\"a\").Id); partial void A(int id) { } }")]
    [InlineData("record R(Process P, int Id = 1) { public R() : this(Process.Start(\"a\")) { } int X => P.Id; }")]
    [InlineData("record struct R(Process P) { void A() { if (this is { P.HasExited: true }) P.Kill(); var (q) = this; } }")]
    [InlineData("class T<TP> where TP : Process { TP _p; int A() { _p.Start(); return _p.Id; } void B<X>(X x) where X : TP => x.Kill(); }")]
    [InlineData(
        "class T<X> { T<X> Go(X x) => x is Process p ? this : null; static "
        + "T<Process> S = new T<Process>().Go(Process.Start(\"a\")); }")]
    [InlineData(
        "struct T : IDisposable { Process _p; public T(int a) { _p = Process.Start(\"a\"); "
        + "Wait(); } void Wait() => throw null; public void Dispose() { } }")]
    [InlineData("interface I { static Process P = Process.Start(\"a\"); void A() { if (!P.WaitForExit(1)) P.Kill(); } }")]
    [InlineData("enum E { A = nameof(Process.Kill).Length } delegate Process D(out Process p);")]
    [InlineData("class T(Process p) : T(p.Id) { int _id = p.Id; ~T() => p.Kill(); static implicit operator int(T t) => t._id; }")]
    [InlineData(
        "class T { Process this[int i] { get => Process.Start(\"a\"); set => "
        + "value.Kill(); } int A() => this[0].Id + this[1].ExitCode; }")]
    [InlineData(
        "class T { event Action<Process> E; void A() { E += p => { if "
        + "(p.WaitForExit(1)) p.Kill(); }; E(Process.Start(\"a\")); } }")]
    [InlineData(
        "class T { async IAsyncEnumerable<Process> A() { await using var x = B(); yield "
        + "return Process.Start(\"a\"); } IAsyncDisposable B() => null; }")]
    [InlineData("class T { IEnumerable<int> A() { foreach (var p in new[] { Process.Start(\"a\") }) { yield return p.Id; p.Kill(); } } }")]
    [InlineData(
        "class T { void A() { goto x; x: var p = Process.Start(\"a\"); if (p.HasExited) goto x; switch "
        + "(p) { case { Id: 1 }: break; case var q: q.Kill(); break; } } }")]
    [InlineData(
        "class T { int A() => Process.Start(\"a\") is { Id: var id, HasExited: false } "
        + "p && p.WaitForExit(id) ? id : throw new Exception(); }")]
    [InlineData("class T { unsafe void A(Process* p) { (*p).Kill(); fixed (Process* q = &P) { } } Process P; }")]
    [InlineData(
        "class T { void A() { void B() { B(); } var f = B; Action g = () => g(); "
        + "Process.Start(\"a\").Exited += (_, _) => f(); } }")]
    [InlineData("class T { Process _p; T() : base(_p = Process.Start(\"a\")) { } public T(int x) : this(Process.Start(x)) { } }")]
    [InlineData(
        "class T { Process P => field ??= Process.Start(\"a\"); required public Process Q "
        + "{ get; init; } = new() { StartInfo = { FileName = } }; }")]
    public async Task A_type_of_unusual_shape(string source)
    {
        foreach (var suite in (Suite[])[Suite.XunitV2, Suite.XunitV3, Suite.NUnit])
        {
            await AllRules.AnalyzeAsync(AllRules.Compile(suite, source));
            await AllRules.AnalyzeAsync(AllRules.Compile(suite, source + " public class Tests { [Fact, Test] public void A() { } }"));
        }
    }

    [Theory(Timeout = 60_000)]
    [InlineData("if (!p.WaitForExit(")]
    [InlineData("if (p.HasExited) p.")]
    [InlineData("await p.WaitForExitAsync(token")]
    [InlineData("var x = p.WaitForExit(1) ? : ;")]
    [InlineData("Attempt(() => p.Start(")]
    [InlineData("try { Process.Start( } catch (Win32Exception")]
    [InlineData("_ = p?.Id is; int? id = p?.; id.Value.Foo(p.Id, );")]
    [InlineData("Task.WhenAny(p.WaitForExitAsync(), ).Wait(")]
    [InlineData("p.StartInfo = ; p.StartInfo.FileName = ; new Process { StartInfo = { = } }.Start();")]
    [InlineData("object o = p; return (o as) ?? o is Process { HasExited: } q ? q : ;")]
    [InlineData("switch (p) { case { HasExited: true }: p.Kill(); case }")]
    [InlineData("using (p) using var q = p; else { p.Kill(); } finally { }")]
    [InlineData("Local(p.Id); void Local(int id) => Local(id); Local(Local);")]
    [InlineData("var exited = exited && p.WaitForExit(1); if (exited) p.Kill();")]
    public async Task A_statement_that_is_being_typed(string statement)
    {
        var source = $$"""class T { Process _p; [Fact] async Task A() { var p = Process.Start("a"); _p = p; {{statement}} } }""";
        await AllRules.AnalyzeAsync(AllRules.Compile(Suite.XunitV2, source));
        await AllRules.AnalyzeAsync(AllRules.Compile(Suite.XunitV2, source.Replace("class T {", "", StringComparison.Ordinal)));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("var p = Process.Start(\"a\"); if (p.HasExited) { p.Kill(); } Assert.True(p.WaitForExit(1));")]
    [InlineData("using var p = Process.Start(\"a\"); return p.WaitForExit(1) ? p.ExitCode : throw new Exception();")]
    [InlineData("int Id() => Process.Start(\"a\").Id; Console.WriteLine(Id()); partial class Program { Process P; }")]
    public Task Top_level_statements(string source) =>
        AllRules.AnalyzeAsync(AllRules.Compile(Suite.XunitV2, source, OutputKind.ConsoleApplication));
}
