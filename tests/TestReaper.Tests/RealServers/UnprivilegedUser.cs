using TestReaper.Tests.Infrastructure;

namespace TestReaper.Tests.RealServers;

/// <summary>For programs that refuse to run as root.</summary>
internal sealed class UnprivilegedUser
{
    private readonly string[] _become;

    private UnprivilegedUser(string[] become) => _become = become;

    /// <summary>Whoever runs the tests; if that is root, postgres or nobody.</summary>
    public static UnprivilegedUser Find()
    {
        if (Environment.UserName != "root")
        {
            return new UnprivilegedUser([]);
        }

        var users = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).ToDictionary(fields => fields[0], fields => (Uid: fields[2], Gid: fields[3]));
        var (uid, gid) = users.TryGetValue("postgres", out var postgres) ? postgres : users["nobody"];
        return new UnprivilegedUser([Programs.Require("setpriv"), $"--reuid={uid}", $"--regid={gid}", "--clear-groups"]);
    }

    /// <summary>The program and its arguments; setpriv becomes it by exec.</summary>
    public string[] Command(params string[] command) => [.. _become, .. command];
}
