using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>The value of a secret header never leaves the library.</summary>
public sealed class HttpProbeSecretTests : PythonServers
{
    private const string Key = "swordfish-0123456789";

    [SkippableTheory(Timeout = 30_000)]
    [InlineData("Authorization", "Bearer ")]
    [InlineData("X-Api-Key", "")]
    [InlineData("api-key", "")]
    [InlineData("Ocp-Apim-Subscription-Key", "")]
    [InlineData("X-Auth-Token", "")]
    [InlineData("Cookie", "session=")]
    [InlineData("Proxy-Authorization", "Basic ")]
    public async Task The_value_is_masked_wherever_the_server_writes_it(string name, string scheme)
    {
        // A server that writes the key to its output and into its answer.
        var body = $"v = r.headers['{name}']; print('got', v); return 503, {{}}, 'bad key ' + v.split()[-1].split('=')[-1]";

        var failure = await FailAsync(
            Handle(body, Readiness.Http("/x", Header(name, scheme + Key))) with { StartupTimeout = Short, KeepLogs = true });

        Contains("503 Service Unavailable: bad key ***", failure.Message);
        Contains("got ", failure.OutputTail);
        Assert.DoesNotContain(Key, $"{failure}", StringComparison.Ordinal);
        Assert.DoesNotContain(Key, failure.OutputTail, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, string.Join("\n", Log.Messages), StringComparison.Ordinal);
        Assert.All(Directory.GetFiles(LogDirectory), file =>
            Assert.DoesNotContain(Key, File.ReadAllText(file), StringComparison.Ordinal));
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task The_password_of_Basic_is_masked_where_the_server_decodes_it()
    {
        var login = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"admin:{Key}"));
        const string Body =
            "import base64; return 503, {}, 'bad ' + base64.b64decode(r.headers['Authorization'][6:]).decode().split(':')[1]";

        var message = await FailAsync(Body, Readiness.Http("/x", Header("Authorization", $"Basic {login}")));

        Contains("503 Service Unavailable: bad ***", message);
        Assert.DoesNotContain(Key, message, StringComparison.Ordinal);
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task Another_header_is_not_masked()
    {
        var message = await FailAsync(
            "return 503, {}, r.headers['X-Purpose']", Readiness.Http("/x", Header("X-Purpose", Key)));

        Contains($"503 Service Unavailable: {Key}", message);
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task A_secret_of_the_environment_is_masked_before_a_long_line_is_cut()
    {
        // The secret is where the line is cut.
        var options = Handle("import os; return 503, {}, 'x' * 190 + os.environ['HF_TOKEN']", Readiness.Http("/x")) with
        {
            Environment = new Dictionary<string, string?> { ["HF_TOKEN"] = Key },
            StartupTimeout = Short,
        };

        var failure = await FailAsync(options);

        Contains("xxx***", failure.Message);
        Assert.DoesNotContain(Key[..6], failure.Message, StringComparison.Ordinal);
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task A_probe_inside_a_probe_of_the_caller_masks_its_answers()
    {
        var inner = Readiness.Http("/x", Header("X-Api-Key", Key));
        var answers = new List<string?>();
        var outer = Readiness.Custom("outer", async (server, token) =>
        {
            var answer = await inner.ProbeAsync(server, token);
            answers.Add(answer.Detail);
            return answer;
        });

        await FailAsync("return 503, {}, r.headers['X-Api-Key']", outer);

        Assert.Contains("503 Service Unavailable: ***", answers);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_description_and_the_text_of_the_options_have_no_values()
    {
        await Task.CompletedTask;
        var options = new HttpProbeOptions { Method = HttpMethod.Post, Headers = Header("Authorization", $"Bearer {Key}"), Body = Key };

        Assert.Equal("POST with Authorization", options.ToString());
        Assert.Equal("POST /x?api_key=***", Readiness.Http($"/x?api_key={Key}", options).Description);
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task The_key_is_masked_in_the_failure_of_an_attached_server()
    {
        var port = FreePort.Next();
        await using var server = await StartAsync(
            Program(PythonServer.Path, PythonServer.Arguments("def handle(n, p): return 401, {}, now.request.headers['X-Api-Key']\nserve()")
                .Select(argument => argument == "{port}" ? $"{port}" : argument).ToArray()) with
            { Endpoint = new Uri($"http://127.0.0.1:{port}/"), Readiness = Readiness.TcpPort() });

        var failure = await Assert.ThrowsAsync<ServerStartException>(() => ServerProcess.StartAsync(new ServerProcessOptions
        {
            FileName = "attached",
            AttachTo = server.BaseAddress,
            Readiness = Readiness.Http("/x", Header("X-Api-Key", Key)),
            StartupTimeout = Short,
        }));

        Contains("401 Unauthorized: ***. The server does not accept the key in X-Api-Key.", failure.Message);
    }
}
