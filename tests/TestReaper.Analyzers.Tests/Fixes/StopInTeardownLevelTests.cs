using TestReaper.CodeFixes;
using Xunit;

namespace TestReaper.Analyzers.Tests.Fixes;

/// <summary>A teardown stops only a process that no later test uses.</summary>
public sealed class StopInTeardownLevelTests() : FixTest<StopInTeardownFix>("TR0002")
{
    [Theory]
    [InlineData("[OneTimeSetUp]", "[TearDown]", Framework.NUnit)]
    [InlineData("[ClassInitialize]", "[TestCleanup]", Framework.MSTest)]
    [InlineData("[AssemblyInitialize]", "[ClassCleanup]", Framework.MSTest)]
    [InlineData("[Before(HookType.Class)]", "[After(HookType.Test)]", Framework.TUnit)]
    public Task A_teardown_that_runs_too_early(string up, string down, Framework framework) => OffersNothingAsync($$"""
        class T
        {
            private static Process _p;

            {{up}}
            public static void Up() => _p = [|Process.Start("server")|];

            {{(framework == Framework.MSTest ? "[TestMethod]" : "[Test]")}}
            public void A() { }

            {{down}}
            public static void Down()
            {
            }
        }
        """, framework);

    [Fact]
    public Task An_object_does_not_stop_a_static_process() => OffersNothingAsync("""
        class T : IDisposable
        {
            private static readonly Process P = [|Process.Start("server")|];

            [Fact]
            public void A() { }

            public void Dispose()
            {
            }
        }
        """);

    [Fact]
    public Task A_helper_that_a_longer_set_up_calls() => OffersNothingAsync("""
        class T
        {
            private Process _p;

            [OneTimeSetUp]
            public void Up() => Launch();

            [Test]
            public void A() { }

            [TearDown]
            public void Down()
            {
            }

            private void Launch() => _p = [|Process.Start("server")|];
        }
        """, Framework.NUnit);

    [Fact]
    public Task A_task_that_outlives_the_teardown() => OffersNothingAsync("""
        class F : IAsyncLifetime
        {
            private Process _p;

            public async Task InitializeAsync() => _p = [|Process.Start("server")|];

            public Task DisposeAsync()
            {
                return File.WriteAllTextAsync("quit", "");
            }
        }
        """);

    [Fact]
    public Task The_later_of_two_teardowns() => FixesAsync("""
        class T
        {
            private Process _p;

            [OneTimeSetUp]
            public void Up() => Launch();

            [Test]
            public void A() { }

            [TearDown]
            public void Down()
            {
            }

            [OneTimeTearDown]
            public void End()
            {
            }

            private void Launch() => _p = [|Process.Start("server")|];
        }
        """, """
        class T
        {
            private Process _p;

            [OneTimeSetUp]
            public void Up() => Launch();

            [Test]
            public void A() { }

            [TearDown]
            public void Down()
            {
            }

            [OneTimeTearDown]
            public void End()
            {
                _p?.Kill(entireProcessTree: true);
                _p?.WaitForExit();
            }

            private void Launch() => _p = Process.Start("server");
        }
        """, Framework.NUnit);

    [Fact]
    public Task A_static_process_in_the_teardown_of_its_class() => FixesAsync("""
        class T
        {
            private static Process _p;

            [ClassInitialize]
            public static void Up(TestContext context) => _p = [|Process.Start("server")|];

            [TestMethod]
            public void A() { }

            [ClassCleanup]
            public static async Task Down()
            {
                await File.ReadAllTextAsync("log");
            }
        }
        """, """
        class T
        {
            private static Process _p;

            [ClassInitialize]
            public static void Up(TestContext context) => _p = Process.Start("server");

            [TestMethod]
            public void A() { }

            [ClassCleanup]
            public static async Task Down()
            {
                try
                {
                    await File.ReadAllTextAsync("log");
                }
                finally
                {
                    if (_p != null)
                    {
                        _p.Kill(entireProcessTree: true);
                        await _p.WaitForExitAsync();
                    }
                }
            }
        }
        """, Framework.MSTest);

    [Fact]
    public Task An_expression_body_becomes_a_block() => FixesAsync("""
        class F : IAsyncLifetime
        {
            private Process _p;

            public async Task InitializeAsync() => _p = [|Process.Start("server")|];

            public Task DisposeAsync() => Task.CompletedTask;
        }
        """, """
        class F : IAsyncLifetime
        {
            private Process _p;

            public async Task InitializeAsync() => _p = Process.Start("server");

            public Task DisposeAsync()
            {
                _p?.Kill(entireProcessTree: true);
                _p?.WaitForExit();
                return Task.CompletedTask;
            }
        }
        """);
}
