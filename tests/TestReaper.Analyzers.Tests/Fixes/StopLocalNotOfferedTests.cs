using TestReaper.CodeFixes;
using Xunit;

namespace TestReaper.Analyzers.Tests.Fixes;

/// <summary>The code after the block may need the server, so the fix that stops it at the end of the block is not offered.</summary>
public sealed class StopLocalNotOfferedTests() : FixTest<StopLocalFix>("TR0001")
{
    public static TheoryData<string, Framework> SetUps() => new()
    {
        { "[AssemblyInitialize] public static void Up()", Framework.MSTest },
        { "[ClassInitialize] public static void Up()", Framework.MSTest },
        { "[TestInitialize] public void Up()", Framework.MSTest },
        { "[OneTimeSetUp] public void Up()", Framework.NUnit },
        { "[SetUp] public async Task Up()", Framework.NUnit },
        { "[TearDown] public void Down()", Framework.NUnit },
        { "[Before(HookType.Class)] public static void Up()", Framework.TUnit },
        { "public T()", Framework.XunitV2 },
        { "static T()", Framework.XunitV2 },
        { "public async Task InitializeAsync()", Framework.XunitV2 },
        { "[System.Runtime.CompilerServices.ModuleInitializer] public static void Up()", Framework.XunitV3 },
        { "private void StartServer()", Framework.XunitV2 },
    };

    [Theory]
    [MemberData(nameof(SetUps))]
    public Task In_a_set_up_or_a_helper(string header, Framework framework) => OffersNothingAsync($$"""
        public class T
        {
            {{header}}
            {
                [|Process.Start("server")|];
                Thread.Sleep(2000);
            }

            {{(framework == Framework.MSTest ? "[TestMethod]" : framework is Framework.NUnit or Framework.TUnit ? "[Test]" : "[Fact]")}}
            public void A() { }
        }
        """, framework);

    [Theory]
    [InlineData("if (File.Exists(\"server\"))")]
    [InlineData("using (File.OpenRead(\"lock\"))")]
    [InlineData("for (var i = 0; i < 3; i++)")]
    public Task In_a_block_before_other_code(string header) => OffersNothingAsync($$"""
        class T
        {
            [Fact]
            public void A()
            {
                {{header}}
                {
                    [|Process.Start("server")|];
                    Thread.Sleep(1);
                }

                Assert.True(File.Exists("answer"));
            }
        }
        """);

    [Theory]
    [InlineData("_pid = p.Id;")]
    [InlineData("_output = p.StandardOutput;")]
    [InlineData("var id = p.Id; _pid = id;")]
    [InlineData("_read = () => p.HasExited;")]
    [InlineData("p.Exited += (_, _) => Console.WriteLine(p.Id);")]
    [InlineData("_names.Add(p.ProcessName);")]
    public Task For_a_process_that_is_used_later(string use) => OffersNothingAsync($$"""
        class T
        {
            private readonly List<string> _names = new();
            private int _pid;
            private StreamReader _output;
            private Func<bool> _read;

            [Fact]
            public void A()
            {
                var p = [|Process.Start("server")|];
                {{use}}
                Thread.Sleep(1);
            }
        }
        """);

    [Fact]
    public Task For_a_task_that_outlives_the_method() => OffersNothingAsync("""
        class T
        {
            [Fact]
            public Task A()
            {
                var p = [|Process.Start("server")|];
                return File.ReadAllTextAsync("answer");
            }
        }
        """);

    [Theory]
    [InlineData("[Order(1), Test]")]
    [InlineData("[Test, Order(2)]")]
    [InlineData("[TestPriority(1), Test]")]
    public Task In_an_ordered_test(string attributes) => OffersNothingAsync($$"""
        class OrderAttribute(int value) : Attribute { public int Value => value; }
        class TestPriorityAttribute(int value) : Attribute { public int Value => value; }
        class T
        {
            {{attributes}}
            public void A()
            {
                [|Process.Start("server")|];
                Thread.Sleep(1);
            }
        }
        """, Framework.NUnit);

    [Theory]
    [InlineData("[SetUp] public void Up()")]
    [InlineData("[OneTimeSetUp] public void Up()")]
    [InlineData("private void Launch()")]
    public Task But_a_fixture_tracks_the_process_in_any_method(string header)
    {
        var source = $$"""
            class ServerProcessFixture
            {
                private readonly List<Process> _all = new();
                protected Process Track(Process p) { _all.Add(p); return p; }
                [OneTimeTearDown] public void End() { _all.ForEach(p => p.Kill(true)); }
            }
            class T : ServerProcessFixture
            {
                {{header}}
                {
                    var p = [|Process.Start("server")|];
                    Thread.Sleep(1);
                }
            }
            """;
        var tracked = source.Replace("[|Process.Start(\"server\")|]", "Track(Process.Start(\"server\"))", StringComparison.Ordinal);
        return FixesAsync(source, tracked, Framework.NUnit);
    }

    [Fact]
    public Task In_a_local_function() => OffersNothingAsync("""
        class T
        {
            [Fact]
            public void A()
            {
                Launch();
                Thread.Sleep(1);

                void Launch()
                {
                    [|Process.Start("server")|];
                    Thread.Sleep(1);
                }
            }
        }
        """);
}
