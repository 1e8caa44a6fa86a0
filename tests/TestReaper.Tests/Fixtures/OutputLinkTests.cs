using TestReaper.Fixtures;
using Xunit;

namespace TestReaper.Tests.Fixtures;

public sealed class OutputLinkTests
{
    private readonly ServerOutput _output = new(log: null);
    private readonly List<string> _received = [];

    [Fact(Timeout = 30_000)]
    public async Task Lines_are_passed_until_the_link_is_disposed()
    {
        await Task.CompletedTask;
        _output.Add("before");
        var link = new OutputLink(_output, _received.Add);
        _output.Add("one");
        _output.Add("two");

        link.Dispose();
        link.Dispose();

        _output.Add("after");
        Assert.Equal(["one", "two"], _received);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(typeof(InvalidOperationException))]
    [InlineData(typeof(ObjectDisposedException))]
    [InlineData(typeof(NullReferenceException))]
    public async Task An_output_whose_test_is_over_gets_no_further_line(Type refusal)
    {
        await Task.CompletedTask;
        using var link = new OutputLink(_output, Refuse);
        using var other = new OutputLink(_output, _ => { });
        _output.Add("one");

        _output.Add("two");
        _output.WaitUntilDelivered(TimeSpan.FromSeconds(10));

        Assert.Equal(["one"], _received);

        void Refuse(string line)
        {
            _received.Add(line);
            throw refusal == typeof(ObjectDisposedException)
                ? new ObjectDisposedException("test")
                : (Exception)Activator.CreateInstance(refusal)!;
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task Another_error_loses_one_line_only()
    {
        await Task.CompletedTask;
        using var link = new OutputLink(_output, line => _received.Add(line == "one" ? throw new FormatException(line) : line));

        _output.Add("one");
        _output.Add("two");
        _output.WaitUntilDelivered(TimeSpan.FromSeconds(10));

        Assert.Equal(["two"], _received);
    }
}
