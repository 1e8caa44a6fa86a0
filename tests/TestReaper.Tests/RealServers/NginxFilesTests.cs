using System.Globalization;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.RealServers;

/// <summary>nginx takes its port from its configuration file only.</summary>
public sealed class NginxFilesTests : IDisposable
{
    private const string Configuration =
        """
        daemon off;
        worker_processes 1;
        pid {tmp}/nginx.pid;
        error_log stderr warn;
        events { }
        http {
          access_log off;
          client_body_temp_path {tmp}/body;
          proxy_temp_path {tmp}/proxy;
          fastcgi_temp_path {tmp}/fastcgi;
          uwsgi_temp_path {tmp}/uwsgi;
          scgi_temp_path {tmp}/scgi;
          map $http_x_case $case { default "none"; "~^[a-z]{3}$" "three"; }
          server {
            listen 127.0.0.1:{port};
            include conf.d/*.conf;
          }
          server {
            listen 127.0.0.1:{port+1};
            location / { return 200 "second $server_port ${case}"; }
          }
        }
        """;

    private readonly DirectoryInfo _logs = Directory.CreateTempSubdirectory("testreaper-");

    public void Dispose() => _logs.Delete(recursive: true);

    [SkippableFact(Timeout = 120_000)]
    public async Task Nginx_reads_its_port_from_a_file_and_restarts_on_it()
    {
        var options = new ServerProcessOptions
        {
            FileName = Programs.Require("nginx"),
            Arguments = ["-p", "{files}", "-e", "stderr", "-c", "{files}/nginx.conf"],
            Files = new Dictionary<string, string>
            {
                ["nginx.conf"] = Configuration,
                ["conf.d/first.conf"] = "location / { return 200 '{\"port\":{port},\"uri\":\"$uri\",\"case\":\"${case}\"}'; }",
            },
            PrivateTemp = true,
            Readiness = Readiness.Http("/health"),
            StartupTimeout = TimeSpan.FromSeconds(30),
            LogDirectory = _logs.FullName,
        };
        var logger = new ListLogger();
        await using var first = await ServerProcess.StartAsync(options, logger);
        var port = first.Port;
        await AskAsync(port);

        await using var second = await first.RestartAsync(logger, CancellationToken.None);
        await AskAsync(port);
        var directories = new[] { first.FilesDirectory, first.TempDirectory, second.FilesDirectory, second.TempDirectory };
        var report = await second.ReapAsync();

        Assert.Equal(port, second.Port);
        Assert.Equal(
            [$"port {port}", $"port {port + 1}"],
            report.Releases.Where(release => release.Resource == ReleaseResource.Port).Select(release => release.Name).Order());
        Assert.All(report.Releases, release => Assert.Equal(ReleaseVerdict.Released, release.Verdict));
        Assert.All(directories, directory => Assert.False(Directory.Exists(directory)));
        Assert.Empty(logger.Warnings);
    }

    private static async Task AskAsync(int port)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Add("X-Case", "abc");
        var (first, second) = (new Uri($"http://127.0.0.1:{port}/v1"), new Uri($"http://127.0.0.1:{port + 1}/"));

        Assert.Equal(
            string.Create(CultureInfo.InvariantCulture, $$"""{"port":{{port}},"uri":"/v1","case":"three"}"""),
            await client.GetStringAsync(first));
        Assert.Equal($"second {port + 1} three", await client.GetStringAsync(second));
    }
}
