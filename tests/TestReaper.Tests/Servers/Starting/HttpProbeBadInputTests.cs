using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>Unusable values are refused when the probe is created.</summary>
public sealed class HttpProbeBadInputTests
{
    private const string Key = "swordfish-0123456789";

    public static TheoryData<string> Bad => new(Values.Keys);

    private static Dictionary<string, HttpProbeOptions> Values { get; } = new()
    {
        ["Method, Headers and ExpectedStatusCodes cannot be null"] = new() { Method = null! },
        ["Headers and ExpectedStatusCodes cannot be null"] = new() { Headers = null! },
        ["ExpectedStatusCodes cannot be null"] = new() { ExpectedStatusCodes = null! },
        ["Method cannot be CONNECT"] = new() { Method = HttpMethod.Connect },
        ["A GET request has no body. Set Method"] = new() { Body = "{}" },
        ["A HEAD request has no body. Set Method"] = new() { Method = HttpMethod.Head, Body = "{}" },
        ["ContentType 'json' is not a media type"] = new() { ContentType = "json" },
        ["ExpectedStatusCodes has 100"] = new() { ExpectedStatusCodes = [200, 100] },
        ["ExpectedStatusCodes has -5"] = new() { ExpectedStatusCodes = [-5] },
        ["ExpectedStatusCodes has 600"] = new() { ExpectedStatusCodes = [600] },
        ["SuccessesInARow is 0. Use 1 to 1000."] = new() { SuccessesInARow = 0 },
        ["SuccessesInARow is 1001"] = new() { SuccessesInARow = 1001 },
        ["RequestTimeout must be more than zero"] = new() { RequestTimeout = TimeSpan.Zero },
        ["RequestTimeout cannot be infinite"] = new() { RequestTimeout = Timeout.InfiniteTimeSpan },
        ["RequestTimeout must be at most 24 days"] = new() { RequestTimeout = TimeSpan.MaxValue },
        ["A header has an unusable name"] = new() { Headers = new Dictionary<string, string> { ["X Api Key:"] = Key } },
        ["The value of the header X-Api-Key is null"] = new() { Headers = new Dictionary<string, string> { ["X-Api-Key"] = Key + "\n" } },
        ["The value of the header Authorization is null"] =
            new() { Headers = new Dictionary<string, string> { ["Authorization"] = null! } },
        ["The value of the header X-Name is null or"] = new() { Headers = new Dictionary<string, string> { ["X-Name"] = "Größe" } },
        ["The header Content-Type belongs to the body"] = new() { Headers = new Dictionary<string, string> { ["Content-Type"] = "a/b" } },
    };

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(Bad))]
    public async Task A_value_out_of_its_range_is_refused(string problem)
    {
        await Task.CompletedTask;

        var error = Assert.ThrowsAny<ArgumentException>(() => Readiness.Http("/health", Values[problem]));

        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, error.Message, StringComparison.Ordinal);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("")]
    [InlineData("http://127.0.0.1:9000/health")]
    [InlineData("//127.0.0.1/health")]
    [InlineData("https://server.invalid/")]
    public async Task A_path_that_would_send_the_headers_to_another_server_is_refused(string path)
    {
        await Task.CompletedTask;
        Assert.ThrowsAny<ArgumentException>(() => Readiness.Http(path, new HttpProbeOptions()));
        Assert.ThrowsAny<ArgumentException>(() => Readiness.Http(path, new Dictionary<string, string> { ["Authorization"] = Key }));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("/health")]
    [InlineData("health?x=http://other/")]
    [InlineData("/v1/models#part")]
    public async Task A_path_of_the_server_is_accepted(string path)
    {
        await Task.CompletedTask;
        Assert.Equal($"GET {path}", Readiness.Http(path, new HttpProbeOptions()).Description);
    }

    [Fact(Timeout = 30_000)]
    public async Task Missing_arguments_are_refused()
    {
        await Task.CompletedTask;
        Assert.Throws<ArgumentNullException>(() => Readiness.Http("/", (HttpProbeOptions)null!));
        Assert.Throws<ArgumentNullException>(() => Readiness.Http("/", (IReadOnlyDictionary<string, string>)null!));
        Assert.Throws<ArgumentException>(() => Readiness.Any());
        Assert.Throws<ArgumentException>(() => Readiness.Any(Readiness.TcpPort(), null!));
        Assert.Throws<ArgumentException>(() => Readiness.Completion(""));
        Assert.Throws<ArgumentNullException>(() => Readiness.Custom(
            "x", (Func<ServerProcess, CancellationToken, Task<ReadinessResult>>)null!));
        Assert.Contains("A completion probe sets Method", Assert.Throws<ArgumentException>(
            () => Readiness.Completion("m", new HttpProbeOptions { Body = "{}" })).Message, StringComparison.Ordinal);
    }
}
