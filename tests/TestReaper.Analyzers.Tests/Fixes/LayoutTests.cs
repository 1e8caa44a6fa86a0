using TestReaper.CodeFixes;
using Xunit;

namespace TestReaper.Analyzers.Tests.Fixes;

/// <summary>A fix keeps the line ends, the indentation, the braces and the comments of the file.</summary>
public sealed class LayoutTests() : FixTest<StopLocalFix>("TR0001")
{
    private const string Source = """
        namespace N;

        class T
        {
            [Fact]
            public void A()
            {
                // The server.
                var p = [|Process.Start("server")|]; // listens

                /* The client
                   is slow. */
                Thread.Sleep( 1 );
                var text = @"a
        b";

                Assert.NotNull(text); // done
                // The end.
            }
        }
        """;

    private const string Fixed = """
        namespace N;

        class T
        {
            [Fact]
            public void A()
            {
                // The server.
                var p = Process.Start("server"); // listens

                try
                {
                    /* The client
                       is slow. */
                    Thread.Sleep( 1 );
                    var text = @"a
        b";

                    Assert.NotNull(text); // done
                    // The end.
                }
                finally
                {
                    p.Kill(entireProcessTree: true);
                    p.WaitForExit();
                }
            }
        }
        """;

    public static TheoryData<string, string> Styles() => new()
    {
        { "\n", "    " },
        { "\r\n", "    " },
        { "\n", "\t" },
        { "\r\n", "\t" },
        { "\n", "  " },
    };

    [Theory]
    [MemberData(nameof(Styles))]
    public Task Line_ends_and_indentation(string lineEnd, string unit)
    {
        return FixesAsync(Convert(Source), Convert(Fixed));

        string Convert(string text) => text
            .Replace("    ", unit, StringComparison.Ordinal)
            .ReplaceLineEndings(lineEnd);
    }

    [Fact]
    public Task Joined_braces() => FixesAsync("""
        namespace N {
          class T {
            [Fact]
            public void A() {
              var p = [|Process.Start("server")|];
              Thread.Sleep(1);
            }
          }
        }
        """, """
        namespace N {
          class T {
            [Fact]
            public void A() {
              var p = Process.Start("server");
              try {
                Thread.Sleep(1);
              } finally {
                p.Kill(entireProcessTree: true);
                p.WaitForExit();
              }
            }
          }
        }
        """);

    [Theory]
    [InlineData("[|Process.Start(\"server\")|]; /* listens", "on its port */ Thread.Sleep(1);")]
    [InlineData("[|Process.Start(\"server\")|]; /* listens", "on its port */")]
    [InlineData("[|Process.Start(\"server\")|]; Thread.Sleep(1);", "Thread.Sleep(2);")]
    public Task Lines_with_more_than_a_statement_get_no_fix(string first, string second) => OffersNothingAsync($$"""
        class T
        {
            [Fact]
            public void A()
            {
                {{first}}
                {{second}}
                Thread.Sleep(3);
            }
        }
        """);

    [Theory]
    [InlineData("", "")]
    [InlineData("class N {", "}")]
    [InlineData("#region Tests", "#endregion")]
    public Task Code_on_one_line_gets_no_fix(string start, string end) => OffersNothingAsync($$"""
        {{start}}
        class T { [Fact] public void A() { [|Process.Start("server")|]; Thread.Sleep(1); } }
        {{end}}
        """);
}
