using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Zoo;

/// <summary>One combination of what a host may use, and of who it is.</summary>
/// <param name="Name">For the names of the tests.</param>
/// <param name="HostOptions">For TestReaper.TestHost.</param>
public sealed record LayerSet(string Name, params string[] HostOptions)
{
    private const string Nobody = "65534";

    public static LayerSet All { get; } = new("all layers");

    public static LayerSet NoCGroup { get; } = new("no cgroup", "--no-cgroup");

    public static LayerSet Subreaper { get; } = new("no cgroup but the subreaper", "--no-cgroup", "--subreaper");

    public static LayerSet OrdinaryUser { get; } = new("ordinary user") { IsOrdinaryUser = true };

    /// <summary>A new mount, not a remount: that would change the /proc of the whole machine.</summary>
    public static LayerSet HidePid { get; } = new("hidepid=2") { IsOrdinaryUser = true, HidesPids = true };

    public static IReadOnlyList<LayerSet> Each { get; } =
    [
        All, NoCGroup, Subreaper, OrdinaryUser, HidePid,
        .. new[] { "EINVAL", "ENOSYS", "EPERM", "EMFILE" }.Select(errno => new LayerSet($"pidfd_open {errno}", "--refuse", $"pidfd_open={errno}")),
        new("no cgroup, pidfd_open ENOSYS", "--no-cgroup", "--refuse", "pidfd_open=ENOSYS"),
    ];

    public bool IsOrdinaryUser { get; private init; }

    public bool HidesPids { get; private init; }

    public bool HasCGroup => !IsOrdinaryUser && !HostOptions.Contains("--no-cgroup");

    public bool HasSubreaper => HostOptions.Contains("--subreaper");

    public static LayerSet Of(string name) => Each.Single(set => set.Name == name);

    /// <summary>What stands before a command so that it runs as this set says; only root can play another user.</summary>
    public IReadOnlyList<string> Prefix(bool forHost)
    {
        if (!IsOrdinaryUser)
        {
            return [];
        }

        Skip.IfNot(Environment.IsPrivilegedProcess, "needs root");
        string[] user = [Programs.Require("setpriv"), "--reuid", Nobody, "--regid", Nobody, "--clear-groups", "--inh-caps=-all", "--"];
        return HidesPids && forHost
            ? [Programs.Require("unshare"), "--mount", "--propagation", "private", "/bin/sh", "-c", "mount -t proc -o hidepid=2 proc /proc && exec \"$@\"", "sh", .. user]
            : user;
    }

    public override string ToString() => Name;
}
