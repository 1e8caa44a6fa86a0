using System.Net;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using TestReaper.Platform;
using TestReaper.Servers.Starting.Failures;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>A failed start names the likely cause.</summary>
[SupportedOSPlatform("linux")]
public sealed partial class StartHintTests : StartingServers
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(10);

    [Fact(Timeout = 30_000)]
    public async Task A_server_on_the_other_loopback_address_is_found_there()
    {
        var failure = await FailAsync(Server("--bind", "::1", "--http", "{port}", "--print", "up {port}") with
        { Readiness = Readiness.Http("/health"), StartupTimeout = Short });

        var port = failure.OutputTail.Split(' ')[1].Trim();
        Contains($"It listens on [::1]:{port}, but 127.0.0.1:{port} was asked. ", failure.Message);
        Contains("Set Endpoint to an address of it, such as http://[::1]:0/", failure.Message);
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task A_server_on_IPv6_alone_is_found_there_if_localhost_is_IPv4_alone()
    {
        var addresses = await Dns.GetHostAddressesAsync("localhost");
        Skip.If(addresses.Contains(IPAddress.IPv6Loopback), "localhost is ::1 as well");

        var failure = await FailAsync(Server("--bind", "::1", "--http", "{port}", "--print", "up {port}") with
        { Endpoint = new("http://localhost:0/"), Readiness = Readiness.Http("/health"), StartupTimeout = Short });

        var port = failure.OutputTail.Split(' ')[1].Trim();
        Contains($"It listens on [::1]:{port}, but localhost:{port} was asked. ", failure.Message);
        Contains("Set Endpoint to an address of it, such as http://[::1]:0/", failure.Message);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("127.0.0.1", false)]
    [InlineData("::1", true)]
    [InlineData("::1,127.0.0.1", true)]
    [InlineData("", false)]
    public async Task A_name_reaches_a_listener_at_the_addresses_that_the_resolver_returns(string resolved, bool isReached)
    {
        IPAddress[] addresses = [.. resolved.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(IPAddress.Parse)];
        var listeners = new TreeListeners([new ListeningEndPoint(new IPEndPoint(IPAddress.IPv6Loopback, 8000), IsIPv6Only: true)], []);

        Assert.Equal(isReached, await StartHints.ReachesAsync(
            new DnsEndPoint("localhost", 8000), listeners, (_, _) => Task.FromResult(addresses)));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_server_on_another_port_is_found_there()
    {
        var other = FreePort.Next();

        var failure = await FailAsync(Server("--http", $"{other}", "--print", "{port}") with
        { Readiness = Readiness.TcpPort(), StartupTimeout = Short });

        Contains($"It listens on 127.0.0.1:{other}, but 127.0.0.1:", failure.Message);
        Contains("Pass it {port}, let it report its port with Readiness.OutputLine", failure.Message);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_server_on_a_unix_socket_is_found_there()
    {
        var path = FilePath("s");

        var failure = await FailAsync(Server("--unix", path, "--print", "{port}") with
        { Readiness = Readiness.Http("/"), StartupTimeout = Short });

        Contains($"It listens on {path}, but 127.0.0.1:", failure.Message);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_server_that_listens_at_the_probed_address_gets_no_such_advice()
    {
        var failure = await FailAsync(Server("--http", "{port}", "--ready-after", "60000") with
        { Readiness = Readiness.Http("/health"), StartupTimeout = Short });

        Assert.DoesNotContain("It listens on", failure.Message, StringComparison.Ordinal);
    }

    [SkippableTheory(Timeout = 30_000)]
    [InlineData("direct", true)]
    [InlineData("shell", true)]
    [InlineData("script", true)]
    [InlineData("unbuffered", false)]
    [InlineData("variable", false)]
    [InlineData("other", false)]
    public async Task A_silent_Python_server_is_said_to_buffer(string how, bool isSaid)
    {
        var python = Programs.Require("python3");
        const string Code = "import time; print('up'); time.sleep(60)";
        var script = FilePath("script");
        using (var writer = System.Diagnostics.Process.Start("/bin/sh",
            ["-c", "printf '%s\\n' \"$1\" \"$2\" > \"$0\" && chmod +x \"$0\"", script, $"#!{python}", Code]))
        {
            await writer.WaitForExitAsync();
        }

        var options = (how switch
        {
            "shell" => Program("/bin/sh", "-c", $"\"{python}\" -c \"{Code}\"; :"),
            "script" => Program(script),
            "unbuffered" => Program(python, "-u", "-c", Code.Replace("print('up');", "", StringComparison.Ordinal)),
            "other" => Program("/bin/sleep", "60"),
            _ => Program(python, "-c", how == "variable" ? Code.Replace("print('up');", "", StringComparison.Ordinal) : Code),
        }) with
        { Readiness = Readiness.OutputLine("up"), StartupTimeout = Short };

        var failure = await FailAsync(options with
        { Environment = new Dictionary<string, string?> { ["PYTHONUNBUFFERED"] = how == "variable" ? "1" : null } });

        Contains("It wrote no output.", failure.Message);
        Assert.Equal(isSaid, failure.Message.Contains("set PYTHONUNBUFFERED=1 in Environment, or pass -u", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void A_program_in_a_directory_that_cannot_be_entered_is_not_said_to_be_missing()
    {
        var directory = Path.Combine(Registry.Directory, ".locked");
        Directory.CreateDirectory(Path.Combine(directory, "x"));
        File.SetUnixFileMode(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.Copy("/bin/sleep", Path.Combine(directory, "x", "prog"));

        AsOrdinaryUser(() =>
        {
            // The registry's own directory may be inaccessible, too.
            Assert.Matches("cannot be reached: this user may not enter the directory '[^']+'",
                Explain(Path.Combine(directory, "x", "prog"))!);
            Assert.Null(Explain("/bin/sleep"));
            Assert.Null(Explain("/no/such/program"));
        });
        Assert.Null(Explain(Path.Combine(directory, "x", "prog")));
    }

    [SkippableFact]
    public void A_program_that_only_others_may_execute_is_not_said_to_lack_the_bit()
    {
        var file = Path.Combine(Path.GetTempPath(), $"testreaper-{Guid.NewGuid():N}");
        File.Copy("/bin/sleep", file);
        try
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

            AsOrdinaryUser(() => Assert.Contains("may not be executed by this user: its executable bits are for other users",
                Explain(file), StringComparison.Ordinal));
            Assert.Null(Explain(file));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string? Explain(string path) => ProcessPlatform.Current.Launcher.ExplainNoAccess(path);

    /// <summary>On Linux each thread has its own user: this thread becomes another user and ends.</summary>
    private static void AsOrdinaryUser(Action check)
    {
        const long OrdinaryUser = 65534;
        Skip.IfNot(Environment.UserName == "root", "needs root");
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                var setresuid = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 147 : 117;
                Assert.Equal(0, syscall(setresuid, OrdinaryUser, OrdinaryUser, OrdinaryUser));
                check();
            }
            catch (Exception error)
            {
                failure = error;
            }
        });
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, long first, long second, long third);
}
