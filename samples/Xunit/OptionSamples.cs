using Xunit;

namespace TestReaper.Samples;

/// <summary>Options that the pages in docs show. They are compiled, and checked as far as that is possible without the servers.</summary>
public sealed class OptionSamples
{
    [Fact]
    public void Ports_that_a_server_derives()
    {
        var options = new ServerProcessOptions
        {
            FileName = "python3",
            Arguments = ["-m", "sglang.launch_server", "--port", "{port}", "--nccl-port", "{port:nccl}"],
            PortBlocks = new Dictionary<string, PortBlock> { ["port"] = new(8) { Offset = 233 } },
        };

        Assert.Equal(8, options.PortBlocks["port"].Count);
    }

    [Fact]
    public void Files_of_a_server()
    {
        var options = new ServerProcessOptions
        {
            FileName = "nginx",
            Arguments = ["-p", "{files}", "-e", "stderr", "-c", "{files}/nginx.conf"],
            Files = new Dictionary<string, string>
            {
                ["nginx.conf"] = "daemon off; events { } http { include conf.d/*.conf; }",
                ["conf.d/server.conf"] = "server { listen 127.0.0.1:{port}; }",
            },
            Readiness = Readiness.Http("/"),
        };

        Assert.Equal(2, options.Files.Count);
    }
}
