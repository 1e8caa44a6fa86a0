using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using TestReaper.Analyzers.Tests.Shape;

namespace TestReaper.Analyzers.Tests.Speed;

/// <summary>A test project of any size. One class in five uses processes, which is more than in real projects.</summary>
internal static class GeneratedProject
{
    private const string Class = """
        namespace Company.Product.Part{0};

        public sealed record Order{0}(int Id, string Customer, decimal Total);

        public sealed class OrderTests{0} : IDisposable
        {{
            private readonly List<Order{0}> _orders = new();
            private readonly Dictionary<string, int> _byCustomer = new(StringComparer.Ordinal);

            [Fact]
            public void An_order_is_found_again()
            {{
                for (var i = 0; i < 10; i++)
                {{
                    _orders.Add(new Order{0}(i, $"customer {{i}}", i * 1.5m));
                    _byCustomer[$"customer {{i}}"] = i;
                }}

                var found = _orders.Where(order => order.Total > 3).OrderBy(order => order.Customer).Select(order => order.Id).ToList();
                Assert.Equal(7, found.Count);
                Assert.True(_byCustomer.TryGetValue("customer 3", out var id) && id == 3);
            }}

            [Theory]
            [InlineData(1, "one")]
            [InlineData(2, "two")]
            public async Task An_order_is_written(int id, string customer)
            {{
                using var writer = new StringWriter();
                await writer.WriteLineAsync(string.Join(";", new[] {{ id.ToString(), customer, "total" }}));
                foreach (var line in writer.ToString().Split('\n'))
                {{
                    if (line.Length > 0 && line[0] == '#')
                    {{
                        throw new InvalidOperationException("a comment: " + line);
                    }}
                }}

                try
                {{
                    await Task.Delay(1, CancellationToken.None);
                }}
                catch (OperationCanceledException error)
                {{
                    Assert.NotNull(error);
                }}
                finally
                {{
                    _orders.Clear();
                }}
            }}

            [Fact]
            public void Totals_add_up()
            {{
                Func<decimal, decimal> tax = net => net * 1.19m;
                var totals = Enumerable.Range(0, 20).Select(i => tax(i)).ToArray();
                var (sum, count) = (totals.Sum(), totals.Length);
                var grade = count switch {{ 0 => "none", < 10 => "few", _ => sum > 100 ? "many" : "some" }};
                Assert.Equal("many", grade);
            }}

            public void Dispose() => _orders.Clear();
        }}

        """;

    private const string Server = """
        public sealed class Server{0} : ServerProcessFixture
        {{
            protected override ServerProcessOptions CreateOptions() => new()
            {{
                FileName = "server",
                Arguments = new[] {{ "--port", "{{port}}" }},
            }};
        }}

        public sealed class ServerTests{0} : IClassFixture<Server{0}>, IDisposable
        {{
            private readonly Server{0} _server;
            private Process? _worker;

            public ServerTests{0}(Server{0} server) => _server = server;

            [Fact]
            public async Task It_answers()
            {{
                var info = new ProcessStartInfo("worker", "--once") {{ RedirectStandardOutput = true }};
                _worker = Process.Start(info)!;
                await _worker.WaitForExitAsync();
                Assert.Equal(0, _worker.ExitCode);
                Assert.NotNull(_server.BaseAddress);
            }}

            public void Dispose()
            {{
                _worker?.Kill(entireProcessTree: true);
                _worker?.WaitForExit();
            }}
        }}

        """;

    public static IReadOnlyList<string> CreateSources(int classes) => [.. Enumerable.Range(0, classes).Select(CreateSource)];

    public static CSharpCompilation Compile(IReadOnlyList<string> sources) => CSharpCompilation.Create(
        "TestProject",
        sources.Select((source, i) => CSharpSyntaxTree.ParseText(source, path: $"Tests{i}.cs")),
        Suite.XunitV2.References,
        new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, concurrentBuild: false, nullableContextOptions: NullableContextOptions.Enable));

    private static string CreateSource(int index)
    {
        var template = index % 5 == 0 ? Class + Server : Class;
        return Suite.XunitV2.Preamble + string.Format(CultureInfo.InvariantCulture, template, index);
    }
}
