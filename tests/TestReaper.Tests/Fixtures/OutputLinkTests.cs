using TestReaper.Fixtures;
using Xunit;

namespace TestReaper.Tests.Fixtures;

public sealed class OutputLinkTests
{
    private readonly ServerOutput _output = new(log: null);
    private readonly List<string> _heard = [];

    [Fact(Timeout = 30_000)]
    public async Task Lines_are_passed_on_until_it_is_disposed()
    {
        await Task.CompletedTask;
        _output.Add("before");
        var link = new OutputLink(_output, _heard.Add);
        _output.Add("one");
        _output.Add("two");

        link.Dispose();
        link.Dispose();

        _output.Add("after");
        Assert.Equal(["one", "two"], _heard);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(typeof(InvalidOperationException))]
    [InlineData(typeof(ObjectDisposedException))]
    [InlineData(typeof(NullReferenceException))]
    public async Task An_output_that_says_its_test_is_over_is_never_asked_again(Type refusal)
    {
        await Task.CompletedTask;
        using var link = new OutputLink(_output, Refuse);
        using var other = new OutputLink(_output, _ => { });
        _output.Add("one");

        _output.Add("two");
        _output.WaitUntilDelivered(TimeSpan.FromSeconds(10));

        Assert.Equal(["one"], _heard);

        void Refuse(string line)
        {
            _heard.Add(line);
            throw refusal == typeof(ObjectDisposedException) ? new ObjectDisposedException("test") : (Exception)Activator.CreateInstance(refusal)!;
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task Another_error_costs_one_line_and_not_the_others()
    {
        await Task.CompletedTask;
        using var link = new OutputLink(_output, line => _heard.Add(line == "one" ? throw new FormatException(line) : line));

        _output.Add("one");
        _output.Add("two");
        _output.WaitUntilDelivered(TimeSpan.FromSeconds(10));

        Assert.Equal(["two"], _heard);
    }
}
