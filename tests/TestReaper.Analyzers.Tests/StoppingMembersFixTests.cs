using TestReaper.CodeFixes;
using Xunit;

namespace TestReaper.Analyzers.Tests;

public sealed class StoppingMembersFixTests
{
    [Fact]
    public Task A_member_is_stopped_before_it_is_disposed() => FlowTest.VerifyFixAsync<StopBeforeDisposeFix>("TR0004", """
        class T : IDisposable
        {
            private readonly Process _p = Process.Start("a");

            public void Dispose()
            {
                [|_p.Dispose()|];
            }
        }
        """, """
        class T : IDisposable
        {
            private readonly Process _p = Process.Start("a");

            public void Dispose()
            {
                _p.Kill(entireProcessTree: true);
                _p.WaitForExit();
                _p.Dispose();
            }
        }
        """);

    [Fact]
    public Task The_teardown_stops_the_member() => FlowTest.VerifyFixAsync<StopInTeardownFix>("TR0002", """
        class T
        {
            private Process _p;

            [SetUp]
            public void Up() => _p = [|Process.Start("a")|];

            [Test]
            public void A() { }

            [TearDown]
            public void Down()
            {
                Console.WriteLine("down");
            }
        }
        """, """
        class T
        {
            private Process _p;

            [SetUp]
            public void Up() => _p = Process.Start("a");

            [Test]
            public void A() { }

            [TearDown]
            public void Down()
            {
                try
                {
                    Console.WriteLine("down");
                }
                finally
                {
                    _p?.Kill(entireProcessTree: true);
                    _p?.WaitForExit();
                }
            }
        }
        """, Framework.NUnit);

    [Fact]
    public Task The_record_moves_to_the_start() => FlowTest.VerifyFixAsync<RecordFirstFix>("TR0005", """
        class F : IDisposable
        {
            private Process _p;

            public async Task StartAsync()
            {
                var p = [|Process.Start("a")|];
                await File.ReadAllTextAsync("ready");
                _p = p;
            }

            public void Dispose() => _p?.Kill(true);
        }
        """, """
        class F : IDisposable
        {
            private Process _p;

            public async Task StartAsync()
            {
                var p = Process.Start("a");
                _p = p;
                await File.ReadAllTextAsync("ready");
            }

            public void Dispose() => _p?.Kill(true);
        }
        """);
}
