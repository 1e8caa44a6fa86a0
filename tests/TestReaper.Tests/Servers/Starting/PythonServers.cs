namespace TestReaper.Tests.Servers;

/// <summary>Starts HTTP servers in Python, whose answers a script computes.</summary>
public abstract class PythonServers : StartingServers
{
    // The start of Python counts, too.
    private protected static readonly TimeSpan Short = TimeSpan.FromSeconds(10);

    /// <summary>A server that answers as the Python function <c>handle(n, p)</c> with this body does.</summary>
    internal ServerProcessOptions Handle(string body, IReadinessProbe readiness) =>
        Program(PythonServer.Path, PythonServer.Arguments($"import json\ndef handle(n, p):\n  r = now.request\n  {body}\nserve()")) with
        {
            Readiness = readiness,
        };

    /// <summary>Starts one that must not become ready, and returns the message.</summary>
    internal async Task<string> FailAsync(string body, IReadinessProbe readiness, TimeSpan? timeout = null) =>
        (await FailAsync(Handle(body, readiness) with { StartupTimeout = timeout ?? Short })).Message;

    internal static Dictionary<string, string> Header(string name, string value) => new() { [name] = value };
}
