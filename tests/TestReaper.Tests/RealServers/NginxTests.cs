using System.Globalization;
using TestReaper.Tests.Infrastructure;
using Xunit;
using Xunit.Abstractions;

namespace TestReaper.Tests.RealServers;

public sealed class NginxTests(ITestOutputHelper output) : RealServerTest(output)
{
    [SkippableFact(Timeout = 120_000)]
    public async Task Nginx_restarts_on_the_same_port_and_prefix()
    {
        var program = Programs.Require("nginx");
        var configuration = Path.Combine(Home, "nginx.conf");
        await File.WriteAllTextAsync(configuration, Configuration());
        var options = new ServerProcessOptions
        {
            FileName = program,
            Arguments = ["-p", Home, "-e", "stderr", "-c", configuration],
            Readiness = Readiness.Http("/health"),
        };
        using var client = new HttpClient();

        // The master and two workers. The response contains the pid of a worker.
        await RestartAsync(options, processes: 3, Path.Combine(Home, "nginx.pid"), async (server, _) =>
        {
            var worker = int.Parse(await client.GetStringAsync(server.BaseAddress), CultureInfo.InvariantCulture);
            Assert.Equal(server.ProcessId, ProcStat.ParentOf(worker));
        });
    }

    private string Configuration() =>
        $$"""
        daemon off;
        worker_processes 2;
        pid nginx.pid;
        error_log stderr warn;
        events { }
        http {
          access_log off;
          client_body_temp_path body;
          proxy_temp_path proxy;
          fastcgi_temp_path fastcgi;
          uwsgi_temp_path uwsgi;
          scgi_temp_path scgi;
          server {
            listen 127.0.0.1:{{Port}};
            location / { return 200 "$pid"; }
          }
        }
        """;
}
