using TestReaper.CodeFixes;
using Xunit;

namespace TestReaper.Analyzers.Tests.Fixes;

/// <summary>A record must not move over code that reads the member, nor over what it needs.</summary>
public sealed class RecordFirstTests() : FixTest<RecordFirstFix>("TR0005")
{
    [Theory]
    [InlineData("await StopAsync();")]
    [InlineData("_p?.Kill(true);")]
    [InlineData("if (IsRunning) { throw new Exception(); }")]
    public Task Not_over_code_that_uses_the_old_process(string between) => OffersNothingAsync($$"""
        class F : IDisposable
        {
            private Process _p;

            public bool IsRunning => _p != null;

            public async Task RestartAsync()
            {
                var p = [|Process.Start("a")|];
                await File.ReadAllTextAsync("ready");
                {{between}}
                _p = p;
            }

            public void Dispose() => _p?.Kill(true);

            private async Task StopAsync() { StopNow(); await Task.Yield(); }

            private void StopNow() => _p?.Kill(true);
        }
        """);

    [Theory]
    [InlineData("all.Add(p);")]
    [InlineData("_byName[name] = p;")]
    [InlineData("Current = p;")]
    public Task Not_to_a_place_that_depends_on_other_code(string record) => OffersNothingAsync($$"""
        class F : IDisposable
        {
            private readonly Dictionary<string, Process> _byName = new();
            private readonly List<Process> _all = new();

            private Process Current { set { _all.Add(value); } }

            public async Task StartAsync()
            {
                var p = [|Process.Start("a")|];
                var name = await File.ReadAllTextAsync("name");
                var all = _all;
                {{record}}
            }

            public void Dispose()
            {
                foreach (var p in _all.Concat(_byName.Values)) { p.Kill(true); }
            }
        }
        """);

    [Fact]
    public Task With_its_comment_and_line_ends() => FixesAsync("""
        class F : IDisposable
        {
            private readonly List<Process> _all = new();

            public async Task StartAsync()
            {
                var p = [|Process.Start("a")|]; // the server
                await File.ReadAllTextAsync("ready");

                // For Dispose.
                _all.Add(p); // kept
            }

            public void Dispose() => _all.ForEach(p => p.Kill(true));
        }
        """.ReplaceLineEndings("\r\n"), """
        class F : IDisposable
        {
            private readonly List<Process> _all = new();

            public async Task StartAsync()
            {
                var p = Process.Start("a"); // the server
                // For Dispose.
                _all.Add(p); // kept
                await File.ReadAllTextAsync("ready");
            }

            public void Dispose() => _all.ForEach(p => p.Kill(true));
        }
        """.ReplaceLineEndings("\r\n"));
}
