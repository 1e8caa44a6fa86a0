using TestReaper.Tests.Infrastructure;

namespace TestReaper.Tests.RealServers;

/// <summary>A user for programs that refuse to run as root.</summary>
internal sealed class UnprivilegedUser
{
    // The overflow user and group of Linux, which have no privileges.
    private const string OverflowId = "65534";

    private readonly string[] _become;

    private UnprivilegedUser(string[] become) => _become = become;

    /// <summary>The user that runs the tests. If that is root, the user "postgres", and without one the overflow user.</summary>
    public static UnprivilegedUser Find()
    {
        if (Environment.UserName != "root")
        {
            return new UnprivilegedUser([]);
        }

        var users = File.ReadLines("/etc/passwd")
            .Select(line => line.Split(':'))
            .ToDictionary(fields => fields[0], fields => (Uid: fields[2], Gid: fields[3]));
        var (uid, gid) = users.TryGetValue("postgres", out var postgres) ? postgres : (OverflowId, OverflowId);
        return new UnprivilegedUser([Programs.Require("setpriv"), $"--reuid={uid}", $"--regid={gid}", "--clear-groups"]);
    }

    /// <summary>The command that runs a program as this user. setpriv replaces itself by exec, so the pid is that of the program.</summary>
    public string[] Command(params string[] command) => [.. _become, .. command];
}
