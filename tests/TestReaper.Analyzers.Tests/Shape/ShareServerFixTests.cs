using TestReaper.Analyzers.Rules;
using TestReaper.CodeFixes.Shape;
using Xunit;

namespace TestReaper.Analyzers.Tests.Shape;

/// <summary>The fix of TR0014.</summary>
public sealed class ShareServerFixTests : RuleTest<ServerPerTestAnalyzer>
{
    private const string Two = "[Fact] public void One() { } [Fact] public void Two() { }";

    [Fact(Timeout = 30_000)]
    public async Task The_hooks_move_to_a_fixture()
    {
        const string Source = """

            public class [|Tests|] : ServerProcessFixture, IDisposable
            {
                private readonly List<int> _list = new();

                protected override ServerProcessOptions CreateOptions() => new() { FileName = "server" };

                [Fact]
                public void One() => Assert.NotNull(BaseAddress);

                [Fact]
                public async Task Two() => Assert.NotNull(await this.RestartAsync());

                protected override Task OnReadyAsync(CancellationToken cancellationToken)
                {
                    Console.WriteLine(Server.BaseAddress);
                    return Task.CompletedTask;
                }

                public void Dispose() => _list.Clear();
            }
            """;
        const string Fixed = """

            public sealed class TestsFixture : ServerProcessFixture
            {
                protected override ServerProcessOptions CreateOptions() => new() { FileName = "server" };

                protected override Task OnReadyAsync(CancellationToken cancellationToken)
                {
                    Console.WriteLine(Server.BaseAddress);
                    return Task.CompletedTask;
                }
            }

            public class Tests : IClassFixture<TestsFixture>, IDisposable
            {
                private readonly TestsFixture _fixture;

                public Tests(TestsFixture fixture)
                {
                    _fixture = fixture;
                }

                private readonly List<int> _list = new();

                [Fact]
                public void One() => Assert.NotNull(_fixture.BaseAddress);

                [Fact]
                public async Task Two() => Assert.NotNull(await _fixture.RestartAsync());

                public void Dispose() => _list.Clear();
            }
            """;
        await FixesAsync<ShareServerFix>(Suite.XunitV2, Source, Fixed);
        await FixesAsync<ShareServerFix>(Suite.XunitV3, Source, Fixed);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(
        // lang=c#-test
        """
        public class [|Tests|] : ServerProcessFixture
        {
            private string _name = "x";
            protected override ServerProcessOptions CreateOptions() => new() { FileName = _name };
            TWO
        }
        """)]
    [InlineData(
        // lang=c#-test
        """
        public class [|Tests|] : ServerProcessFixture
        {
            protected override ServerProcessOptions CreateOptions() => new();
            [Fact] public void Three() => Track(null!);
            TWO
        }
        """)]
    [InlineData(
        // lang=c#-test
        """
        public class [|Tests|] : ServerProcessFixture
        {
            public Tests() { }
            protected override ServerProcessOptions CreateOptions() => new();
            TWO
        }
        """)]
    [InlineData(
        // lang=c#-test
        """
        public partial class [|Tests|] : ServerProcessFixture
        {
            protected override ServerProcessOptions CreateOptions() => new();
            TWO
        }
        """)]
    [InlineData(
        // lang=c#-test
        """
        public abstract class Base : ServerProcessFixture
        {
            protected override ServerProcessOptions CreateOptions() => new();
        }
        public class [|Tests|] : Base
        {
            TWO
        }
        """)]
    public Task Unsupported_code_gets_no_fix(string source)
    {
        var filled = source.Replace("TWO", Two, StringComparison.Ordinal);
        return FixesAsync<ShareServerFix>(Suite.XunitV2, filled, filled);
    }
}
