using Xunit;

namespace TestReaper.Analyzers.Tests.Kinds;

/// <summary>TUnit is a test framework.</summary>
public sealed class TUnitTests : KindTest
{
    [Theory]
    [InlineData("[Test] public void A() { Process.Start(\"server\"); }")]
    [InlineData("[Test] public async Task A() { using var p = Process.Start(\"server\"); await Task.Yield(); Console.WriteLine(p.Id); }")]
    [InlineData("Process _p; [Before(HookType.Test)] public void Up() => _p = Process.Start(\"server\"); [Test] public void A() { }")]
    public Task A_process_that_nothing_stops_leaks(string members) =>
        LeaksAsync($$"""public class Tests { {{members}} }""", Framework.TUnit);

    [Theory]
    [InlineData("[After(HookType.Test)] public void Down()", "")]
    [InlineData("public void Dispose()", " : IDisposable")]
    [InlineData("public ValueTask DisposeAsync() { Stop(); return default; } void Stop()", " : IAsyncDisposable")]
    public Task A_teardown_that_stops_it_is_clean(string teardown, string contract) => IsCleanAsync(
        $$"""
        public class Tests{{contract}}
        {
            Process _p;
            [Before(HookType.Test)] public void Up() => _p = Process.Start("server");
            [Test] public void A() { }
            {{teardown}} { _p.Kill(true); _p.WaitForExit(); }
        }
        """,
        Framework.TUnit);
}
